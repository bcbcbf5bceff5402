import { afterEach, beforeEach, expect, test } from 'vitest';
import { allEndpoints as endpoints, getEndpoint } from '#contract/all.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { createClock } from '#clock';
import { stubOptions } from '#testing/stub-options.ts';
import { openTestStore } from '#testing/store.ts';
import { buildApp, type App, type AppOptions } from '../app.ts';
import { endpointRows } from '../endpoint-rows.ts';
import type { Store } from '../platform/store/open.ts';
import { createSealer } from '../platform/store/secrets.ts';
import { standardPolicy, type Operation } from '../features/helpdesk/access/policy.ts';
import { getBody } from '#testing/requests/route-table.ts';
import { isAtOnce, limits, type EndpointPolicy } from './policies.ts';

let store: Store;
let app: App | undefined;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(async () => {
  await app?.fastify.close();
  app = undefined;
  await store.destroy();
});

const build = async (over: Partial<AppOptions> = {}) => {
  app = await buildApp({
    ...stubOptions(createClock()),
    store,
    sealer: createSealer(['a secret of thirty-two bytes or more']),
    ...over,
  });
  return app.fastify;
};

test('[A11] a route without a policy stops the start, which names it', async () => {
  const fastify = await build();
  fastify.post('/api/factors/reset-all', async () => ({}));
  await expect(fastify.ready()).rejects.toThrow('no policy guards POST /api/factors/reset-all');
});

test('a route with an unknown policy does so too, also within a plugin', async () => {
  const fastify = await build();
  await fastify.register(async (scope) => {
    scope.get('/api/secrets', { config: { policy: 'nobody-checks' as never } }, async () => ({}));
  });
  await expect(fastify.ready()).rejects.toThrow('no policy guards GET /api/secrets');
});

test('a missing policy of an endpoint stops the start', async () => {
  const table = endpointRows as Partial<typeof endpointRows>;
  const kept = table.deleteFactor;
  delete table.deleteFactor;
  try {
    await expect(build().then((fastify) => fastify.ready())).rejects.toThrow('no policy guards DELETE /api/factors');
  } finally {
    table.deleteFactor = kept;
  }
});

test('a complete table starts, also with a route that is marked open', async () => {
  const fastify = await build();
  fastify.get('/status', { config: { policy: 'health' } }, async () => ({}));
  await fastify.ready();
  expect((await fastify.inject('/status')).statusCode).toBe(200);
});

test('the program has exactly the contract’s routes and a few open ones', async () => {
  await build();
  const tree = app!.fastify.printRoutes({ commonPrefix: false });
  const open = [
    '/auth/sign-in',
    '/auth/step-up',
    '/auth/callback',
    '/livez',
    '/readyz',
    '/.well-known/passkey-endpoints',
    '/.well-known/change-password',
  ];
  for (const path of open) expect(app!.fastify.hasRoute({ method: 'GET', url: path })).toBe(true);
  for (const { method, path } of Object.values(endpoints)) {
    expect(app!.fastify.hasRoute({ method, url: path.replace(/\{(\w+)\}/g, ':$1') })).toBe(true);
  }
  const count = [...tree.matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, list]) =>
    list!.split(', ').filter((method) => method !== 'HEAD'),
  ).length;
  const forms = Object.values(endpointRows).filter(({ form }) => form);
  expect(forms).toHaveLength(1);
  // The last one is the sign-out form.
  expect(count).toBe(Object.keys(endpoints).length + open.length + forms.length + 1);
});

function whoMay(operation: Operation): EndpointPolicy['who'] {
  const may = (role: 'agent' | 'approver') =>
    Object.values(standardPolicy.cells[role]).some((row) => row[operation].allowed);
  return may('agent') && may('approver') ? 'staff' : may('agent') ? 'agent' : 'approver';
}
const withOperations = Object.entries(endpointRows).flatMap(([name, row]) =>
  'operations' in row ? [[name as EndpointName, row] as const] : [],
);

test.each(withOperations)('[A7] %s is for whom the policy allows its operation', (name, row) => {
  const validated = { params: {}, query: {}, body: getBody(name) ?? {} };
  const operations = (row.operations as (one: object) => readonly Operation[])(validated);
  expect(operations.map(whoMay)).toEqual(operations.map(() => row.who));
});

test('[A7] every endpoint about a person at the helpdesk asks the policy', () => {
  const onPerson = Object.keys(endpointRows).filter((name) =>
    endpoints[name as EndpointName].path.includes('{userId}'),
  );
  expect(onPerson.length).toBeGreaterThan(6);
  expect(onPerson.filter((name) => !withOperations.some(([one]) => one === name))).toEqual([]);
});

test.each(Object.entries(endpointRows))('[L1] %s has the guards that its kind requires', (name, policy) => {
  const { method, path } = endpoints[name as EndpointName];
  // An owner needs these endpoints against a stolen session, which must not use up their limit.
  const against = ['freezeMyself', 'endSession', 'endOtherSessions', 'answerCallerVerification'];
  if (against.includes(name)) expect(policy.limit).toBe('unhindered');
  else expect(limits[policy.limit as 'read']).toBeGreaterThan(0);
  if (method === 'GET') {
    const readsLog = path.startsWith('/api/helpdesk/audit-log') && name !== 'getAuditAccess';
    expect(policy).toMatchObject({ change: false, stepUp: readsLog ? 'audit-log' : null });
    const recorded: Record<string, string> = {
      searchPeople: 'helpdesk.person.search',
      getPerson: 'helpdesk.person.view',
      exportAuditLogJsonLines: 'helpdesk.audit_log.export',
    };
    expect(policy.event).toBe(recorded[name] ?? null);
    // The token of `watchPerson` proves an earlier read, and the answer is only a hash.
    expect(policy.atOnce ?? false).toBe(name === 'watchPerson');
    return;
  }
  // A timer calls these endpoints, so they change nothing but record the phone's answer.
  if (getEndpoint(name as EndpointName).polls) {
    const who = path.startsWith('/api/helpdesk/') ? 'staff' : 'signed-in';
    expect(policy).toMatchObject({ who, stepUp: null, event: null, limit: 'read', change: false, activity: false });
    return;
  }
  const bodies =
    name === 'answerCallerVerification' ? [{ answer: 'no' }, { answer: 'yes' }] : [getBody(name as EndpointName) ?? {}];
  const [first, second = first] = bodies.map((body) => isAtOnce(policy, body));
  expect([first, second]).toEqual([against.includes(name), against.slice(0, 3).includes(name)]);
  if (['code', 'passCode'].some((field) => field in (getBody(name as EndpointName) ?? {})))
    expect(policy.limit).toBe('code');
  expect(policy.event).not.toBeNull();
  expect(policy.change).toBe(true);
  if (path.startsWith('/api/helpdesk/')) expect(['agent', 'approver', 'staff']).toContain(policy.who);
  else expect(policy.who).toBe('signed-in');
  // Verifying a method and cancelling a push change no method.
  expect(policy.freezable ?? false).toBe(
    path.startsWith('/api/factors') && !['verifyFactor', 'cancelTransaction'].includes(name),
  );
  // Naming a method and cancelling a push give nobody access.
  if (['nameFactor', 'cancelTransaction'].includes(name)) return;
  if (path.startsWith('/api/factors')) expect(policy.stepUp !== null || policy.limit === 'code').toBe(true);
});
