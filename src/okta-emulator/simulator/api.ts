import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { endSessions } from '../people/sessions.ts';
import { setStatus } from '../people/people.ts';
import { PERSON_STATUSES } from '../store/schema.ts';
import type { Faults } from './faults.ts';
import { listMessages } from '../people/inbox.ts';
import { readPhone } from './phone.ts';
import { answerPush, listPushes, readPushAction } from './pushes.ts';
import { SimulatorError, personNamed } from './refusal.ts';
import type { RequestLog } from './requests.ts';
import type { Revocations } from './revocations.ts';
import { listTokens } from './tokens.ts';

export type SimulatorTools = {
  faults: Faults;
  requests: RequestLog;
  revocations: Revocations;
  reset(): Promise<void>;
};

/** With any other `Host`, a foreign name points to this machine (DNS rebinding), and its pages could read codes. */
export function knownHosts(emulator: EmulatorContext, port: number): ReadonlySet<string> {
  return new Set([`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, new URL(emulator.url).host]);
}

type User = { Querystring: { user?: string } };

function guard(app: FastifyInstance, hosts: ReadonlySet<string>): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('cache-control', 'no-store');
    if (!hosts.has(request.headers.host ?? ''))
      throw new SimulatorError(403, 'the simulator does not answer to this host name');
    const json = /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
    if (request.method === 'POST' && !json) throw new SimulatorError(415, 'the simulator takes application/json only');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? {} : JSON.parse(text as string));
    } catch {
      done(new SimulatorError(400, 'the body is not JSON'));
    }
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status =
      error instanceof SimulatorError
        ? error.status
        : error instanceof TypeError || error instanceof RangeError
          ? 400
          : (error.statusCode ?? 500);
    if (status >= 500) request.log.error(error, 'the simulator failed at a request');
    return reply.code(status).send({ error: status >= 500 ? 'the simulator failed' : error.message });
  });
}

function personRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  app.get<User>('/messages', async (request) =>
    listMessages(emulator, await personNamed(emulator, request.query.user)),
  );
  app.get<User>('/authenticators', async (request) =>
    (await readPhone(emulator, await personNamed(emulator, request.query.user))).map(
      ({ factorId, provider, status, code, expiresAt }) => ({ factorId, provider, status, code, expiresAt }),
    ),
  );
  app.get<User>('/tokens', async ({ query }) =>
    listTokens(emulator, query.user === undefined ? undefined : await personNamed(emulator, query.user)),
  );
  app.get<User>('/pushes', async (request) => listPushes(emulator, await personNamed(emulator, request.query.user)));
  app.post<{ Body: { user?: unknown } }>('/push', async ({ body }) =>
    answerPush(emulator, await personNamed(emulator, body?.user), readPushAction(body)),
  );
  app.post<{ Params: { login: string }; Body: { status?: unknown } }>('/users/:login', async ({ params, body }) => {
    const person = await personNamed(emulator, params.login);
    const status = PERSON_STATUSES.find((known) => known === body?.status);
    if (!status) throw new SimulatorError(400, `status is one of ${PERSON_STATUSES.join(', ')}`);
    await setStatus(emulator, person, status);
    return { login: person.login, status };
  });
  app.post<{ Params: { login: string } }>('/users/:login/clear-sessions', async ({ params }) => {
    const person = await personNamed(emulator, params.login);
    return { login: person.login, app: await endSessions(emulator, person.id, true) };
  });
}

function orgRoutes(app: FastifyInstance, emulator: EmulatorContext, tools: SimulatorTools): void {
  app.post<{ Body: { advanceSeconds?: unknown } }>('/clock', async ({ body }) => {
    if (typeof body?.advanceSeconds !== 'number')
      throw new SimulatorError(400, 'advanceSeconds is a number of seconds');
    emulator.clock.advance(body.advanceSeconds);
    return { now: new Date(emulator.clock.now()).toISOString() };
  });
  app.post('/faults', async ({ body }) => tools.faults.add(body));
  app.get('/faults', async () => tools.faults.list());
  app.delete('/faults', async (_request, reply) => {
    tools.faults.clear();
    return reply.code(204).send();
  });
  app.post<{ Body: { revoke?: unknown } }>('/credentials', async ({ body }, reply) => {
    tools.revocations.revoke(body?.revoke);
    return reply.code(204).send();
  });
  app.get<{ Querystring: { limit?: string } }>('/requests', async ({ query }) =>
    tools.requests.list(Number(query.limit) || undefined),
  );
  app.post('/reset', async () => {
    await tools.reset();
    return { now: new Date(emulator.clock.now()).toISOString() };
  });
}

export function simulatorApi(emulator: EmulatorContext, tools: SimulatorTools, port: number) {
  const hosts = knownHosts(emulator, port);
  return async (app: FastifyInstance): Promise<void> => {
    guard(app, hosts);
    personRoutes(app, emulator);
    orgRoutes(app, emulator, tools);
  };
}
