import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { ADA, GRACE, HEDY, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { routes } from '#testing/requests/route-table.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { readText } from '#testing/store-contents.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const TOTP = { body: { kind: 'totp' } };
const VERIFY = { body: { kind: 'okta-verify', method: 'totp' } };
const activate = async (who: Visitor, factorId: string, passCode: string) =>
  who.call('activateFactor', { factorId }, { body: { passCode } });
const changes = async () =>
  (await env.takeRequests())
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/\/api\/v1\/users\/\w+\/factors/, '')}`);

const stepUp = (who: Visitor, purpose: PurposeText, strength = 3) => portal.stepUp(who, purpose, strength);

describe('enrolling', () => {
  test('[F5] shows the secret once, and in no other answer, row or page', async () => {
    const ada = await portal.signedIn(ADA);
    const made = await ada.call('enrollFactor', {}, TOTP);
    expect(said(made)).toBe('201');
    const { factor, activation } = made.body;
    expect(factor).toMatchObject({
      kind: 'totp',
      name: null,
      status: 'PENDING_ACTIVATION',
      strength: 3,
    });
    expect(activation.sharedSecret).toMatch(/^[A-Z2-7]{32}$/);
    expect(activation.uri).toBe(
      `otpauth://totp/Example:ada%40example.com?secret=${activation.sharedSecret}&issuer=Example&algorithm=SHA1&digits=6&period=30`,
    );
    expect(Date.parse(activation.expiresAt) - env.clock.now()).toBe(600_000);
    const received: string[] = [];
    const listen = async (reply: ReturnType<Visitor['call']>) => void received.push((await reply).text);
    for (const route of routes.filter(({ method }) => method === 'GET'))
      await listen(ada.call(route.name, { factorId: factor.id }));
    await listen(ada.step('/'));
    await listen(
      ada
        .call('enrollFactor', {}, { ...TOTP, headers: { 'idempotency-key': 'a-key-of-mine-0123456789abcdefghijkl' } })
        .then((again) => ({ ...again, text: '' })),
    );
    const code = await env.code(ADA);
    await listen(activate(ada, factor.id, '000000'));
    await listen(activate(ada, factor.id, code));
    await listen(ada.call('enrollFactor', {}, TOTP));
    await listen(ada.call('getFactor', { factorId: factor.id }));
    await portal.app.services.outbox.flush();
    received.push(JSON.stringify(await env.emails(ADA)));
    received.push(await readText(portal.store));
    for (const text of received) expect(text).not.toContain(activation.sharedSecret);
    for (const text of received) expect(text).not.toContain(code);
  });

  test('refuses a second one of a kind, and names the first', async () => {
    const hedy = await portal.signedIn(HEDY);
    const [{ id }] = (await hedy.call('listFactors')).body.factors;
    await stepUp(hedy, 'enroll:totp');
    const again = await hedy.call('enrollFactor', {}, TOTP);
    expect(again.body.error).toMatchObject({ code: 'already_enrolled', factorId: id });
  });

  test('allows an app beside Okta Verify', async () => {
    const hedy = await portal.signedIn(HEDY);
    await stepUp(hedy, 'enroll:okta-verify');
    const made = await hedy.call('enrollFactor', {}, VERIFY);
    expect(said(await activate(hedy, made.body.factor.id, await env.code(HEDY, 'OKTA')))).toBe('200');
    expect((await hedy.call('listFactors')).body.factors.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      'okta-verify',
      'totp',
    ]);
  });

  test('gives the step-up back when it certainly failed, not while that is unknown', async () => {
    portal = await env.fresh({ app: { reconcileGraceMs: 12_000 } });
    const hedy = await portal.signedIn(HEDY);
    await stepUp(hedy, 'enroll:okta-verify');
    await env.fault({
      match: 'POST /api/v1/users/*/factors',
      status: 400,
      body: { errorCode: 'E0000001', errorSummary: 'x', errorCauses: [{ errorSummary: 'Factor not enabled.' }] },
    });
    expect(said(await hedy.call('enrollFactor', {}, VERIFY))).toBe('409 conflict');
    await env.fault({ match: 'POST /api/v1/users/*/factors', cut: 'after' });
    expect(said(await hedy.call('enrollFactor', {}, VERIFY))).toBe('502 org_error');
    expect(said(await hedy.call('enrollFactor', {}, VERIFY))).toBe('409 outcome_unknown');
    expect(await portal.store.selectFrom('step_ups').select('id').where('consumed_at', 'is', null).execute()).toEqual(
      [],
    );
  });
});

test('a code of an older start costs nothing and reaches no Okta; one of the current start counts', async () => {
  const ada = await portal.signedIn(ADA);
  const first = (await ada.call('enrollFactor', {}, TOTP)).body as { factor: { id: string }; start: number };
  const old = await env.code(ADA);
  env.advance(1);
  const second = (await ada.call('enrollFactor', {}, { body: { kind: 'totp', startOver: true } })).body as typeof first;
  const factorId = second.factor.id;
  const send = (passCode: string, start?: number) =>
    ada.call('activateFactor', { factorId }, { body: { passCode, start } });
  await env.takeRequests();
  for (let n = 0; n < 6; n += 1) expect(said(await send(old, first.start))).toBe('409 open_elsewhere');
  expect(await changes()).toEqual([]);
  expect(await portal.store.selectFrom('code_attempts').selectAll().execute()).toEqual([]);
  expect((await ada.call('getFactor', { factorId })).body.enrollment.start).toBe(second.start);
  expect(said(await send(await env.code(ADA), second.start))).toBe('200');
});

describe('an Idempotency-Key', () => {
  const keyed = { headers: { 'idempotency-key': 'one-click-of-mine-0123456789abcdefghijkl' } };

  test('[U5] makes a repeat have one effect: it gets the id, never the secret', async () => {
    const ada = await portal.signedIn(ADA);
    await env.takeRequests();
    const [one, two] = await Promise.all([
      ada.call('enrollFactor', {}, { ...TOTP, ...keyed }),
      ada.call('enrollFactor', {}, { ...TOTP, ...keyed }),
    ]);
    const [made, repeat] = one.status === 201 ? [one, two] : [two, one];
    expect(said(made)).toBe('201');
    expect(repeat.body.error).toEqual({
      code: 'open_elsewhere',
      requestId: expect.any(String),
      factorId: made.body.factor.id,
    });
    expect(repeat.text).not.toContain(made.body.activation.sharedSecret);
    expect(await changes()).toEqual(['POST ']);
    expect(said(await activate(ada, made.body.factor.id, await env.code(ADA)))).toBe('200');
  });

  test('does so too when the first request consumed the step-up', async () => {
    const hedy = await portal.signedIn(HEDY);
    await stepUp(hedy, 'enroll:okta-verify');
    const made = await hedy.call('enrollFactor', {}, { ...VERIFY, ...keyed });
    const repeat = await hedy.call('enrollFactor', {}, { ...VERIFY, ...keyed });
    expect([said(made), said(repeat), repeat.body.error.factorId]).toEqual([
      '201',
      '409 open_elsewhere',
      made.body.factor.id,
    ]);
  });

  test('can be used again when nothing was made, and belongs to one person', async () => {
    const ada = await portal.signedIn(ADA);
    await env.fault({ match: 'POST /api/v1/users/*/factors', status: 429 });
    expect(said(await ada.call('enrollFactor', {}, { ...TOTP, ...keyed }))).toBe('429 busy');
    expect(said(await ada.call('enrollFactor', {}, { ...TOTP, ...keyed }))).toBe('201');
    const katherine = await portal.signedIn(KATHERINE);
    expect(said(await katherine.call('enrollFactor', {}, { ...TOTP, ...keyed }))).toBe('201');
  });

  test('stays used while the outcome is unknown', async () => {
    portal = await env.fresh({ app: { reconcileGraceMs: 12_000 } });
    const ada = await portal.signedIn(ADA);
    await env.fault({ match: 'POST /api/v1/users/*/factors', cut: 'after' });
    await env.takeRequests();
    expect(said(await ada.call('enrollFactor', {}, { ...TOTP, ...keyed }))).toBe('502 org_error');
    const repeat = await ada.call('enrollFactor', {}, { ...TOTP, ...keyed });
    expect(said(repeat)).toBe('409 outcome_unknown');
    expect(await changes()).toEqual(['POST ']);
  });

  test.each([
    '',
    'short',
    'x'.repeat(21),
    'with a space and long enough',
    'x'.repeat(101),
    'ünïcödé-key-of-22-characters',
  ])('must not be %j', async (key) => {
    const ada = await portal.signedIn(ADA);
    expect(said(await ada.call('enrollFactor', {}, { ...TOTP, headers: { 'idempotency-key': key } }))).toBe(
      '400 bad_request',
    );
  });
});

describe('activating', () => {
  test('[A5] works only in the session that began it', async () => {
    const ada = await portal.signedIn(ADA);
    const { id } = (await ada.call('enrollFactor', {}, TOTP)).body.factor;
    const other = await portal.signedIn(ADA);
    await env.takeRequests();
    expect(said(await activate(other, id, await env.code(ADA)))).toBe('403 forbidden');
    const seen = (await other.call('getFactor', { factorId: id })).body;
    expect([seen.enrollment, seen.factor.resumable]).toEqual([null, 'elsewhere']);
    expect(await changes()).toEqual([]);
    expect((await ada.call('getFactor', { factorId: id })).body.enrollment).toEqual({
      expiresAt: new Date(env.clock.now() + 600_000).toISOString(),
      how: 'secret',
      start: expect.any(Number),
    });
    expect(said(await activate(ada, id, await env.code(ADA)))).toBe('200');
  });

  test('[F5] expires ten minutes after the enrollment began', async () => {
    const ada = await portal.signedIn(ADA);
    const { id } = (await ada.call('enrollFactor', {}, TOTP)).body.factor;
    env.advance(600);
    await env.takeRequests();
    expect(said(await activate(ada, id, await env.code(ADA)))).toBe('409 conflict');
    expect(await changes()).toEqual([]);
    const late = (await ada.call('getFactor', { factorId: id })).body;
    expect([late.enrollment, late.factor.resumable]).toEqual([null, 'nowhere']);
  });

  test('refuses the secret of an enrollment that was restarted elsewhere', async () => {
    const ada = await portal.signedIn(ADA);
    const other = await portal.signedIn(ADA);
    const first = (await ada.call('enrollFactor', {}, TOTP)).body;
    const second = (await other.call('enrollFactor', {}, { body: { ...TOTP.body, startOver: true } })).body;
    expect([second.factor.id, second.activation.sharedSecret === first.activation.sharedSecret]).toEqual([
      first.factor.id,
      false,
    ]);
    expect(said(await activate(ada, first.factor.id, await env.code(ADA)))).toBe('403 forbidden');
    expect(said(await activate(other, first.factor.id, await env.code(ADA)))).toBe('200');
  });

  test('ends with the session', async () => {
    const ada = await portal.signedIn(ADA);
    const { id } = (await ada.call('enrollFactor', {}, TOTP)).body.factor;
    await ada.signOut();
    await ada.signIn(ADA);
    expect(said(await activate(ada, id, await env.code(ADA)))).toBe('403 forbidden');
  });

  test('distinguishes what is active from what was never begun', async () => {
    const grace = await portal.signedIn(GRACE);
    const [{ id }] = (await grace.call('listFactors')).body.factors;
    expect(said(await activate(grace, id, '123456'))).toBe('409 already_enrolled');
    expect(said(await activate(grace, 'uft00000000000000000', '123456'))).toBe('404 not_found');
  });

  test('has one effect for two concurrent requests', async () => {
    const ada = await portal.signedIn(ADA);
    const { id } = (await ada.call('enrollFactor', {}, TOTP)).body.factor;
    const code = await env.code(ADA);
    const both = await Promise.all([activate(ada, id, code), activate(ada, id, code)]);
    expect(both.map(said).sort()).toEqual(['200', '409 already_enrolled']);
  });
});

test('an unfinished method begun elsewhere can be discarded without a step-up; nothing else can', async () => {
  const katherine = await portal.signedIn(KATHERINE);
  env.advance(6 * 60);
  const [{ id, status }] = (await katherine.call('listFactors')).body.factors;
  expect(status).toBe('PENDING_ACTIVATION');
  expect(said(await activate(katherine, id, await env.code(KATHERINE)))).toBe('403 forbidden');
  expect(
    said(await katherine.call('verifyFactor', { factorId: id }, { body: { passCode: await env.code(KATHERINE) } })),
  ).toBe('409 conflict');
  expect(said(await katherine.call('enrollFactor', {}, TOTP))).toBe('403 step_up_required');
  expect(said(await katherine.call('deleteFactor', { factorId: id }))).toBe('204');
  expect((await katherine.call('listFactors')).body.factors).toEqual([]);
  await portal.app.services.outbox.flush();
  expect(await env.emails(KATHERINE)).toEqual([]);
});

test('a code that Okta accepted, whose answer was lost: the repeat says so, and counts as no wrong code', async () => {
  const ada = await portal.signedIn(ADA);
  const factorId = (await ada.call('enrollFactor', {}, TOTP)).body.factor.id as string;
  await env.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', times: 1, cut: 'after' });
  const passCode = await env.code(ADA);
  expect(said(await activate(ada, factorId, passCode))).toMatch(/^50/);
  const counted = () => portal.store.selectFrom('wrong_code_counts').select('misses').execute();
  const before = await counted();
  const again = await activate(ada, factorId, passCode);
  expect([said(again), again.body.error.factorId]).toEqual(['409 already_enrolled', factorId]);
  expect(await counted()).toEqual(before);
});
