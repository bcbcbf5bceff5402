import { beforeEach, describe, expect, test } from 'vitest';
import { refuseWrites } from '#testing/store-contents.ts';
import { ADA, GRACE, KATHERINE, testEnv, type FaultSpec, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});
const impatient = () => env.fresh({ limits: { headersMs: 2000, callMs: 3000 } });

const html = { status: 200, body: '<html>a proxy of somebody</html>', headers: { 'content-type': 'text/html' } };
type Order = Omit<FaultSpec, 'match'>;

describe('reading', () => {
  const cases: [string, Order, string][] = [
    ['hangs', { delayMs: 60_000 }, '504 org_timeout'],
    ['cuts the connection', { cut: 'before', times: 2 }, '503 org_unavailable'],
    ['answers HTML', html, '502 org_error'],
    ['fails', { status: 500 }, '502 org_error'],
    ['is busy elsewhere', { status: 503, times: 2 }, '503 org_unavailable'],
    ['knows not our credential', { status: 401 }, '502 org_error'],
  ];
  test.each(cases)('[U2] an org that %s: one typed error, in time', async (what, order, code) => {
    if (what === 'hangs') portal = await impatient();
    const grace = await portal.signedIn(GRACE);
    await env.fault({ match: 'GET /api/v1/users/*/factors', ...order });
    const started = performance.now();
    const reply = await grace.call('listFactors');
    expect([said(reply), performance.now() - started < 30_000]).toEqual([code, true]);
    await env.clearFaults();
    env.advance(3);
    expect(said(await grace.call('listFactors'))).toBe('200');
  });

  test('a 429 says when to try again, with and without a reset time', async () => {
    const grace = await portal.signedIn(GRACE);
    const reset = Math.floor(env.clock.now() / 1000) + 60;
    await env.fault({
      match: 'GET /api/v1/users/*/factors',
      status: 429,
      headers: { 'x-rate-limit-reset': String(reset) },
    });
    const told = await grace.call('listFactors');
    expect([said(told), Math.round((Date.parse(told.body.error.retryAt) / 1000 - reset) / 5)]).toEqual(['429 busy', 0]);
    expect(Number(told.headers['retry-after'])).toBeGreaterThan(50);
    env.advance(120);
    await env.fault({ match: 'GET /api/v1/users/*/factors', status: 429, headers: { 'x-rate-limit-reset': null } });
    const untold = await grace.call('listFactors');
    expect([said(untold), untold.body.error.retryAt]).toEqual([
      '429 busy',
      new Date(env.clock.now() + 10_000).toISOString(),
    ]);
  });

  test('[P6] the page about it has its status and no details', async () => {
    portal = await impatient();
    const grace = await portal.signedIn(GRACE);
    await env.fault({ match: 'GET /api/v1/users/*/factors', delayMs: 60_000 });
    const page = await grace.step('/');
    expect([page.status, page.text]).toEqual([504, '<title>problem org_timeout</title>']);
  });
});

type Action = {
  login: string;
  match: string;
  prepare(who: Visitor): Promise<string>;
  run(who: Visitor, id: string): Promise<Reply>;
  notifies: boolean;
};
const helpdeskServices: Record<'enroll' | 'activate' | 'remove', Action> = {
  enroll: {
    login: ADA,
    match: 'POST /api/v1/users/*/factors',
    prepare: async () => '',
    run: (who) => who.call('enrollFactor', {}, { body: { kind: 'totp' } }),
    notifies: false,
  },
  activate: {
    login: ADA,
    match: 'POST /api/v1/users/*/factors/*/lifecycle/activate',
    prepare: async (who) => (await who.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor.id,
    run: async (who, factorId) => who.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA) } }),
    notifies: true,
  },
  remove: {
    login: GRACE,
    match: 'DELETE /api/v1/users/*/factors/*',
    async prepare(who) {
      const [{ id }] = (await who.call('listFactors')).body.factors;
      await portal.stepUp(who, `remove:${id}`, 3);
      return id;
    },
    run: (who, factorId) => who.call('deleteFactor', { factorId }),
    notifies: true,
  },
};

/** The fault, the answer to the person, whether the portal knows the outcome at once, and the real outcome at Okta. */
const changes: [string, Order, string, 'known' | 'open', 'success' | 'failure'][] = [
  ['hangs', { delayMs: 60_000 }, '504 org_timeout', 'open', 'failure'],
  ['cuts before it acts', { cut: 'before' }, '502 org_error', 'open', 'failure'],
  ['acts and cuts', { cut: 'after' }, '502 org_error', 'open', 'success'],
  ['answers HTML', html, '502 org_error', 'open', 'failure'],
  ['fails', { status: 500 }, '502 org_error', 'open', 'failure'],
  ['is busy elsewhere', { status: 503 }, '503 org_unavailable', 'open', 'failure'],
  ['says too much', { status: 429, headers: { 'x-rate-limit-reset': null } }, '429 ', 'known', 'failure'],
  [
    'refuses',
    { status: 400, body: { errorCode: 'E0000001', errorSummary: 'x', errorCauses: [{ errorSummary: 'not now' }] } },
    '409 conflict',
    'known',
    'failure',
  ],
];

const cells = changes.flatMap(([what, order, code, open, truth]) =>
  (Object.keys(helpdeskServices) as (keyof typeof helpdeskServices)[]).map((action) => ({
    what,
    action,
    order,
    code,
    open,
    truth,
  })),
);

test.each(cells)(
  '[D2] an org that $what, asked to $act: $code at first, and $truth in the end',
  async ({ what, action, order, code, open, truth }) => {
    if (what === 'hangs') portal = await impatient();
    const { login, match, prepare, run, notifies } = helpdeskServices[action];
    const who = await portal.signedIn(login);
    const id = await prepare(who);
    const before = (await portal.auditRows({}, 'seq')).length;
    await env.takeRequests();
    await env.fault({ match, ...order });
    const started = performance.now();
    expect(said(await run(who, id))).toContain(code);
    expect(performance.now() - started).toBeLessThan(30_000);
    await env.clearFaults();
    env.advance(3);
    const sent = (await env.takeRequests()).filter(({ method }) => method !== 'GET');
    expect(sent.length).toBeLessThanOrEqual(1);

    const auditRows = () =>
      portal.store
        .selectFrom('audit_log')
        .selectAll()
        .where('seq', '>', before)
        .where('type', '!=', 'event')
        .orderBy('seq')
        .execute();
    expect((await auditRows()).map(({ type }) => type)).toEqual(open === 'open' ? ['intent'] : ['intent', 'outcome']);
    // Only the first reconciliation may write the outcome.
    const reconciled = await Promise.all([portal.app.reconcile(), portal.app.reconcile()]);
    expect(reconciled[0]! + reconciled[1]!).toBe(open === 'open' ? 1 : 0);
    expect(await portal.app.reconcile()).toBe(0);
    const [intent, outcome, ...more] = await auditRows();
    expect([intent!.type, outcome!.type, outcome!.intent, outcome!.outcome, more]).toEqual([
      'intent',
      'outcome',
      intent!.seq,
      truth,
      [],
    ]);
    expect(await verifyAuditLog(portal.store)).toBeNull();
    await portal.app.services.outbox.flush();
    expect(await env.emails(login)).toHaveLength(notifies && truth === 'success' ? 2 : 0);
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  },
);

test('[D2] an outcome that cannot be stored stays open: the step-up is not given back, and one notification is sent', async () => {
  const { login, prepare, run } = helpdeskServices.remove;
  const grace = await portal.signedIn(login);
  const id = await prepare(grace);
  const accept = await refuseWrites(portal.store, { table: 'audit_log', on: 'INSERT', when: "NEW.type = 'outcome'" });
  expect(said(await run(grace, id))).toBe('500 internal');
  await accept();
  expect((await portal.store.selectFrom('step_ups').select('consumed_at').execute())[0]!.consumed_at).not.toBeNull();
  expect(await portal.app.reconcile()).toBe(1);
  await portal.app.services.outbox.flush();
  expect(await env.emails(login)).toHaveLength(2);
});

test('[D2] what is active at once is recorded as that with its outcome, or found later', async () => {
  const rows = () =>
    portal.auditRows(
      { event: ['user.mfa.factor.enroll', 'user.mfa.factor.activate'] },
      'type',
      'event',
      'outcome',
      'reason',
      'factor_id',
    );
  const ada = await portal.signedIn(ADA);
  const when = "NEW.type = 'event' AND NEW.event = 'user.mfa.factor.activate'";
  const accept = await refuseWrites(portal.store, { table: 'audit_log', on: 'INSERT', when });
  const body = { kind: 'question', question: 'first_award', answer: 'for running' };
  expect(said(await ada.call('enrollFactor', {}, { body }))).toBe('500 internal');
  await accept();
  expect(await rows()).toMatchObject([{ type: 'intent' }]);
  expect(await portal.app.reconcile()).toBe(1);
  const [, outcome, event] = await rows();
  expect([outcome, event]).toMatchObject([
    { type: 'outcome', event: 'user.mfa.factor.enroll', outcome: 'success' },
    { type: 'event', event: 'user.mfa.factor.activate', outcome: 'success', reason: 'at once' },
  ]);
  expect(event!.factor_id).toBe(outcome!.factor_id);
  await portal.app.services.outbox.flush();
  expect(await env.emails(ADA)).toHaveLength(2);
});

describe('reconciling', () => {
  const outcomes = () => portal.auditRows({ type: 'outcome' }, 'event', 'outcome', 'factor_id');

  test('finds an enrollment that replaced an unfinished one', async () => {
    const katherine = await portal.signedIn(KATHERINE);
    env.advance(60);
    await env.fault({ match: 'POST /api/v1/users/*/factors', cut: 'after' });
    expect(said(await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('502 org_error');
    await portal.app.reconcile();
    expect(await outcomes()).toMatchObject([{ outcome: 'success', factor_id: expect.stringMatching(/^uft/) }]);
  });

  test('retries while the org cannot be read, and records unknown after a day', async () => {
    const ada = await portal.signedIn(ADA);
    await env.fault({ match: 'POST /api/v1/users/*/factors', cut: 'before' });
    await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    await env.fault({ match: 'GET /api/v1/users/*', status: 500, times: 100 });
    env.advance(3);
    expect([await portal.app.reconcile(), await outcomes()]).toEqual([0, []]);
    env.advance(24 * 3600);
    expect(await portal.app.reconcile()).toBe(1);
    expect(await outcomes()).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('skips a change that is still running', async () => {
    const ada = await portal.signedIn(ADA);
    await env.fault({ match: 'POST /api/v1/users/*/factors', delayMs: 300 });
    const going = ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    await expect.poll(async () => (await portal.auditRows({ type: 'intent' }, 'seq')).length).toBe(1);
    expect([await portal.app.reconcile(), await outcomes()]).toEqual([0, []]);
    expect(said(await going)).toBe('201');
    expect(await outcomes()).toMatchObject([{ outcome: 'success' }]);
  });
});

test('[U6] an unreachable org: fails at once without a partial change, and everything without Okta works', async () => {
  const grace = await portal.signedIn(GRACE);
  const [{ id }] = (await grace.call('listFactors')).body.factors;
  const ready = async (path = '/readyz') => (await grace.raw({ path })).body;
  await portal.app.probe();
  expect(await ready()).toEqual({ status: 'ready', degraded: false });
  await env.emulator.close();
  for (let n = 0; n < 5; n += 1) expect(said(await grace.call('listFactors'))).toBe('503 org_unavailable');
  const started = performance.now();
  expect(said(await grace.call('deleteFactor', { factorId: id }))).toBe('503 org_unavailable');
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(await portal.auditRows({ type: 'intent' })).toEqual([]);
  await portal.app.probe();
  expect(await ready()).toEqual({ status: 'ready', degraded: true });
  expect(await ready('/livez')).toEqual({ status: 'live' });
  expect((await grace.call('getSession')).status).toBe(200);
  expect(said(await grace.signOut())).toBe('303');
});
