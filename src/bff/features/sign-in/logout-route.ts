import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';
import type { Clock } from '#clock';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import { toApiError } from '../../platform/errors/api-errors.ts';
import { runForRequest } from '../../http/request-scope.ts';
import type { Limiter } from '../../http/limit.ts';
import { endSessions } from '../../identity/sessions/revocations.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import type { Store } from '../../platform/store/open.ts';
import { endTries, takeTry } from '../../platform/store/consumed-tokens.ts';
import { createLogoutRequests, LogoutRefused } from './logout-requests.ts';
import { LOGOUT_PATH, type UniversalLogout } from './logout-settings.ts';

const subject = z.discriminatedUnion('format', [
  z.object({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string().check(z.regex(/^[A-Za-z0-9]{1,100}$/)) }),
  z.object({
    format: z.literal('email'),
    email: z.string().check(z.minLength(3), z.maxLength(254), z.regex(/^[^\s"\\]+@[^\s"\\]+$/)),
  }),
]);
/** Okta first sent `subject`, later `sub_id` as in the draft. */
const body = z.object({ sub_id: z.optional(subject), subject: z.optional(subject) });

type Deps = {
  services: { auditLog: AuditLog; clock: Clock; sessions: Sessions };
  store: Store;
  okta: OktaClient;
  limiter: Limiter | null;
  settings: UniversalLogout;
};

/**
 * Okta's Universal Logout (draft-parecki-oauth-global-token-revocation).
 * Okta's signature authorizes the request. After a 5xx answer, Okta sends it again, up to five times.
 */
export function logoutRoute(app: FastifyInstance, { services, store, okta, limiter, settings }: Deps): void {
  const verifyRequest = createLogoutRequests(settings, services.clock);

  async function findPeople(named: z.output<typeof subject>): Promise<string[]> {
    if (named.format === 'iss_sub') {
      if (!settings.issuers.includes(named.iss)) throw new ApiError('bad_request');
      return [named.sub];
    }
    const found = await okta.users
      .searchUsers({ search: `profile.email eq "${named.email}"`, limit: 10 })
      .catch((error: unknown) => {
        throw toApiError(error, services.clock.now());
      });
    if (found.users.length === 0) throw new ApiError('not_found');
    return found.users.map(({ id }) => id);
  }

  app.post(LOGOUT_PATH, { config: { policy: 'global-logout' } }, async (request, reply) => {
    let id: string;
    try {
      const { jti, until } = await verifyRequest(request.headers.authorization);
      id = `logout ${settings.issuer} ${jti}`;
      // The signature does not cover the body, so the same id with another body is refused.
      if (!(await takeTry(store, id, JSON.stringify(request.body ?? null), until)))
        throw new LogoutRefused('used before', true);
    } catch (error) {
      if (!(error instanceof LogoutRefused)) throw error;
      limiter?.visitor(request.actor.address, 'refused-logout');
      // Anybody can send untrusted requests, so they cause no warnings.
      request.log[error.genuine ? 'warn' : 'info'](
        { reason: error.message, address: request.actor.address },
        'a universal logout was refused',
      );
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer error="invalid_token"')
        .send({ error: 'invalid_token' });
    }
    const read = z.safeParse(body, request.body);
    const named = read.success ? (read.data.sub_id ?? read.data.subject) : undefined;
    try {
      if (!named) throw new ApiError('bad_request');
      const people = await runForRequest(request, { change: false }, () => findPeople(named));
      const counts = await Promise.all(people.map(async (userId) => (await services.sessions.list(userId)).length));
      const sessionEnds = people
        .filter((_, index) => counts[index]! > 0)
        .map((subject) => ({ event: 'user.session.end' as const, subject }));
      const outcome = { outcome: 'success', reason: 'universal logout by the org' } as const;
      await services.auditLog.events(request.actor, sessionEnds, outcome, async (tx) => {
        for (const userId of people) await endSessions(userId, services.clock.now(), tx);
        await endTries(tx, id);
      });
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.code !== 'busy') await endTries(store, id);
      throw error;
    }
    return reply.code(204).send();
  });
}
