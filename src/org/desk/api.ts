import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { endSessions } from '../people/sessions.ts';
import { setStatus } from '../people/people.ts';
import type { PersonStatus } from '../store/schema.ts';
import type { Faults } from './faults.ts';
import { messagesOf } from './inbox.ts';
import { phoneOf } from './phone.ts';
import { answerPush, pushesOf, readPushOrder } from './pushes.ts';
import { DeskError, personNamed } from './refusal.ts';
import type { RequestLog } from './requests.ts';
import { tokensOf } from './tokens.ts';

/** What the desk can reach besides the store. */
export type DeskTools = { faults: Faults; requests: RequestLog; reset(): Promise<void> };

const STATUSES: readonly PersonStatus[] = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];

/**
 * The hosts a browser may know the org by. Any other `Host` is a name of somebody else's that was pointed at this
 * machine (DNS rebinding), and would read codes.
 */
export function knownHosts(org: Context, port: number): ReadonlySet<string> {
  return new Set([`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, new URL(org.url).host]);
}

type User = { Querystring: { user?: string } };

/** The desk's API under `/desk/api`, for the page and for tests. */
export function deskApi(org: Context, tools: DeskTools, port: number) {
  const hosts = knownHosts(org, port);
  return async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('cache-control', 'no-store');
      if (!hosts.has(request.headers.host ?? '')) throw new DeskError(403, 'the desk is not known by that name');
      const json = /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
      if (request.method === 'POST' && !json) throw new DeskError(415, 'the desk takes application/json only');
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
      try {
        done(null, text === '' ? {} : JSON.parse(text as string));
      } catch {
        done(new DeskError(400, 'that is not JSON'));
      }
    });
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status =
        error instanceof DeskError
          ? error.status
          : error instanceof TypeError || error instanceof RangeError
            ? 400
            : (error.statusCode ?? 500);
      if (status >= 500) request.log.error(error, 'the desk failed at a request');
      return reply.code(status).send({ error: status >= 500 ? 'the desk failed' : error.message });
    });

    app.get<User>('/messages', async (request) => messagesOf(org, await personNamed(org, request.query.user)));
    app.get<User>('/authenticators', async (request) =>
      (await phoneOf(org, await personNamed(org, request.query.user))).map(
        ({ factorId, provider, status, code, expiresAt }) => ({
          factorId,
          provider,
          status,
          code,
          expiresAt,
        }),
      ),
    );
    app.get<User>('/tokens', async ({ query }) =>
      tokensOf(org, query.user === undefined ? undefined : await personNamed(org, query.user)),
    );
    app.get<User>('/pushes', async (request) => pushesOf(org, await personNamed(org, request.query.user)));
    app.post<{ Body: { user?: unknown } }>('/push', async ({ body }) =>
      answerPush(org, await personNamed(org, body?.user), readPushOrder(body)),
    );
    app.post<{ Body: { advanceSeconds?: unknown } }>('/clock', async ({ body }) => {
      if (typeof body?.advanceSeconds !== 'number') throw new DeskError(400, 'advanceSeconds is a number of seconds');
      org.clock.advance(body.advanceSeconds);
      return { now: new Date(org.clock.now()).toISOString() };
    });
    app.post<{ Params: { login: string }; Body: { status?: unknown } }>('/users/:login', async ({ params, body }) => {
      const person = await personNamed(org, params.login);
      const status = STATUSES.find((known) => known === body?.status);
      if (!status) throw new DeskError(400, `status is one of ${STATUSES.join(', ')}`);
      await setStatus(org, person, status);
      return { login: person.login, status };
    });
    app.post<{ Params: { login: string } }>('/users/:login/clear-sessions', async ({ params }) => {
      const person = await personNamed(org, params.login);
      return { login: person.login, app: await endSessions(org, person.id, true) };
    });
    app.post('/faults', async ({ body }) => tools.faults.order(body));
    app.get('/faults', async () => tools.faults.list());
    app.delete('/faults', async (_request, reply) => {
      tools.faults.clear();
      return reply.code(204).send();
    });
    app.get<{ Querystring: { limit?: string } }>('/requests', async ({ query }) =>
      tools.requests.list(Number(query.limit) || undefined),
    );
    app.post('/reset', async () => {
      await tools.reset();
      return { now: new Date(org.clock.now()).toISOString() };
    });
  };
}
