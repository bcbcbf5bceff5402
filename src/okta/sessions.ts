import { fillPath, queryOf } from './wire/path.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';

export type SessionsApi = {
  /**
   * Ends the person's sessions at Okta, and with `oauthTokens` the tokens of applications; sessions of applications,
   * ours included, stay.
   */
  revokeUserSessions(parameters: { userId: string; oauthTokens?: boolean }, context?: CallContext): Promise<void>;
};

const sessions = '/api/v1/users/{userId}/sessions';

export function createSessionsApi({ send }: Transport): SessionsApi {
  return {
    async revokeUserSessions({ userId, oauthTokens }, context) {
      const path = fillPath(sessions, { userId }) + queryOf({ oauthTokens });
      return send({ method: 'DELETE', template: sessions, path, read: readNothing }, context);
    },
  };
}
