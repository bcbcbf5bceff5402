import { fillPath, writeQuery } from './wire/path.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';

const sessions = '/api/v1/users/{userId}/sessions';

export function createSessionsApi({ send }: Transport) {
  return {
    /** `oauthTokens`: also revokes the tokens of applications. Applications' own sessions continue. */
    async revokeUserSessions(
      { userId, oauthTokens }: { userId: string; oauthTokens?: boolean },
      context?: CallContext,
    ) {
      const path = fillPath(sessions, { userId }) + writeQuery({ oauthTokens });
      return send({ method: 'DELETE', template: sessions, path, read: readNothing }, context);
    },
  };
}
