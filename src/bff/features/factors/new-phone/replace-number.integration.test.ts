import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent, findId, createMove } from '#testing/security-methods.ts';
import { MARGARET, type Portal, type TestEnv, testEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const NEW = '+15550100199';
const envs = { Classic: await testEnv(), 'Identity Engine': await testEnv({ engine: 'oie' }) };
let env: TestEnv;
let portal: Portal;
let margaret: Visitor;
let old: string;
let moving: Kind;

type Kind = 'sms' | 'call';
const other = { sms: 'call', call: 'sms' } as const;
async function begin(engine: keyof typeof envs, kind: Kind) {
  env = envs[engine];
  portal = await env.fresh();
  margaret = await portal.signedIn(MARGARET);
  old = await findId(margaret, kind);
  moving = kind;
}
const replace = (kind: Kind, phoneNumber: string | null = NEW, who = margaret, startOver?: true) =>
  who.call('replaceFactor', { factorId: old }, { body: { kind, ...(phoneNumber && { phoneNumber }), startOver } });
const state = (who = margaret) => createMove(who, moving, old);
const shown = async () =>
  ((await margaret.call('getNewPhone')).body.methods as { factor: { id: string } }[]).find(
    ({ factor }) => factor.id === old,
  );
const detailsOf = async (kind: Kind) =>
  ((await margaret.call('listFactors')).body.factors as { kind: string; detail: string; status: string }[])
    .filter((one) => one.kind === kind)
    .map(({ detail, status }) => `${detail} ${status}`)
    .sort();
async function stepUp(refused: Awaited<ReturnType<typeof replace>>, kind: Kind, who = margaret) {
  expect(said(refused)).toBe('403 step_up_required');
  const { purpose } = refused.body.error as { purpose: string };
  const factorId = await findId(who, other[kind]);
  await who.call('verifyFactor', { factorId }, { body: { purpose } });
  const passCode = await codeSent(env, MARGARET);
  expect(said(await who.call('verifyFactor', { factorId }, { body: { purpose, passCode } }))).toBe('200');
  // One number gets at most one message in 30 s.
  env.advance(35);
  return purpose;
}
async function activate(made: Awaited<ReturnType<typeof replace>>, who = margaret) {
  expect(said(made)).toBe('201');
  const passCode = await codeSent(env, MARGARET);
  const { id } = made.body.factor as { id: string };
  expect(said(await who.call('activateFactor', { factorId: id }, { body: { passCode } }))).toBe('200');
}
/** PostgreSQL may return the emails in any order. */
const subjects = async () => {
  await portal.app.services.outbox.flush();
  const sent = await portal.store.selectFrom('outbox').select('subject').where('address', '=', MARGARET).execute();
  return sent.map(({ subject }) => subject.replace(/^.*? (?:was|is) /, '')).toSorted();
};
/** Newest first. */
const history = async () => {
  const { entries } = (await margaret.call('getSecurityHistory')).body as {
    entries: { event: string; kind: string }[];
  };
  return entries
    .filter(({ event }) => event.startsWith('user.mfa.factor.'))
    .map(({ event, kind }) => `${event.slice(16)} ${kind}`);
};
/** Leaves out ids. */
const changes = async () =>
  (await env.takeRequests())
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/verify'))
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/factors/, '').replace(/\/[a-zA-Z0-9]{20}/, '/id')}`);

describe.each(['sms', 'call'] as const)('a new number on Identity Engine: %s', (kind) => {
  beforeEach(() => begin('Identity Engine', kind));

  test('is verified before the old one goes, by one step-up', async () => {
    expect(await shown()).toMatchObject({ onPhone: true, way: 'after' });
    await stepUp(await replace(kind), kind);
    await env.takeRequests();
    const made = await replace(kind);
    expect(await changes()).toEqual(['POST ']);
    expect(await detailsOf(kind)).toHaveLength(2);
    expect(await state()).toBe('open');
    await activate(made);
    expect(await state()).toBe('added');
    expect(said(await margaret.call('deleteFactor', { factorId: old }))).toBe('204');
    expect(await state()).toBe('moved');
    expect(await detailsOf(kind)).toEqual(['•••• 0199 ACTIVE']);
    expect(await subjects()).toEqual(['being replaced on your account', 'replaced by a new one on your account']);
    expect(await history()).toEqual([`replace ${kind}`]);
    expect((await margaret.call('getHome')).body.lastChange).toMatchObject({ event: 'user.mfa.factor.replace', kind });
  });

  test('that was given up says nothing of what happens to the number later', async () => {
    await stepUp(await replace(kind), kind);
    const made = await replace(kind);
    expect(said(await margaret.call('deleteFactor', { factorId: made.body.factor.id }))).toBe('204');
    env.advance(3 * 24 * 3600);
    margaret = await portal.signedIn(MARGARET);
    const add = () => margaret.call('enrollFactor', {}, { body: { kind, phoneNumber: '+15550100196' } });
    await stepUp(await add(), kind);
    await activate(await add());
    const remove = () => margaret.call('deleteFactor', { factorId: old });
    await stepUp(await remove(), kind);
    expect(said(await remove())).toBe('204');
    expect(await subjects()).toEqual(['added to your account', 'removed from your account']);
    expect((await history()).slice(0, 2)).toEqual([`deactivate ${kind}`, `activate ${kind}`]);
  });

  test('a number that was there before replaces nothing', async () => {
    await portal.stepUp(margaret, `enroll:${kind}`, 4);
    await activate(await margaret.call('enrollFactor', {}, { body: { kind, phoneNumber: '+15550100196' } }));
    env.advance(35);
    await stepUp(await replace(kind), kind);
    // The new number is never verified.
    expect(said(await replace(kind))).toBe('201');
    await portal.stepUp(margaret, `remove:${old}`, 4);
    expect(said(await margaret.call('deleteFactor', { factorId: old }))).toBe('204');
    expect((await subjects()).at(-1)).toBe('removed from your account');
  });

  test('one step-up lets one new number in, also after numbers that the org refuses', async () => {
    await stepUp(await replace(kind), kind);
    const refuse = async (phoneNumber: string) => {
      const body = { errorCode: 'E0000098', errorSummary: 'This phone number is invalid.', errorId: 'oae1' };
      await env.fault({ match: 'POST /api/v1/users/*/factors', status: 400, body });
      return replace(kind, phoneNumber);
    };
    expect(said(await refuse('+15550100191'))).toBe('400 bad_phone');
    await activate(await replace(kind, '+15550100198'));
    expect(said(await refuse('+15550100191'))).toBe('403 step_up_required');
    await env.clearFaults();
    expect(said(await replace(kind, '+15550100197'))).toBe('403 step_up_required');
    expect(await detailsOf(kind)).toHaveLength(2);
  });

  test('once it works, no other number that was begun by the same step-up can be activated', async () => {
    await stepUp(await replace(kind), kind);
    const { stepUps, sessions } = portal.app.services;
    const session = (await sessions.find(margaret.token()!, false))!;
    const made = await replace(kind);
    // Simulates an enrollment that another one, active at once, did not end.
    const another = { session_id: session.id, factor_id: 'mblAnother', kind, how: 'code', qr: null } as const;
    await portal.store
      .insertInto('grants')
      .values({ ...another, expires_at: env.clock.now() + 60_000 })
      .execute();
    await activate(made);
    expect(await stepUps.granted(session, 'mblAnother')).toBeNull();
  });

  test('goes on within the grant after a wrong number or a failing org, and in another browser by a step-up', async () => {
    await stepUp(await replace(kind), kind);
    await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
    expect((await replace(kind)).status).toBeGreaterThanOrEqual(500);
    expect(said(await replace(kind, '+15550100198'))).toBe('201');
    env.advance(60);
    const elsewhere = await portal.signedIn(MARGARET);
    expect(await state(elsewhere)).toBe('open');
    const query = { purpose: `replace:${old}` } as const;
    expect((await elsewhere.call('getStepUp', {}, { query })).body.stepUp).toBeNull();
    expect(said(await replace(kind, NEW, elsewhere))).toBe('409 open_elsewhere');
    expect(await stepUp(await replace(kind, NEW, elsewhere, true), kind, elsewhere)).toBe(`replace:${old}`);
    await activate(await replace(kind, NEW, elsewhere, true), elsewhere);
    expect(said(await replace(kind, '+15550100197'))).toBe('403 step_up_required');
  });

  test('left between both, the old one is removed with a step-up of its own', async () => {
    await stepUp(await replace(kind), kind);
    await activate(await replace(kind));
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', status: 503 });
    expect((await margaret.call('deleteFactor', { factorId: old })).status).toBeGreaterThanOrEqual(500);
    env.advance(10 * 60);
    expect(await state()).toBe('added');
    const refused = await margaret.call('deleteFactor', { factorId: old });
    expect(refused.body.error).toMatchObject({ code: 'step_up_required', purpose: `remove:${old}`, strength: 2 });
  });
});

describe.each(['sms', 'call'] as const)('a new number on Classic: %s', (kind) => {
  beforeEach(() => begin('Classic', kind));

  test('replaces the old one: deleted without its recovery phone, enrolled with updatePhone', async () => {
    await stepUp(await replace(kind), kind);
    await env.takeRequests();
    const made = await replace(kind);
    // Classic accepts the enrollment because the portal sends `updatePhone`.
    expect(await changes()).toEqual(['DELETE /id', 'POST ']);
    expect(await state()).toBe('off');
    await activate(made);
    expect(await state()).toBe('moved');
    expect(await subjects()).toEqual(['being replaced on your account', 'replaced by a new one on your account']);
    expect(await history()).toEqual([`replace ${kind}`]);
  });

  test('that is never verified gives way to the stored one', async () => {
    const [before] = await detailsOf(kind);
    await stepUp(await replace(kind), kind);
    expect(said(await replace(kind))).toBe('201');
    env.advance(60);
    expect(said(await replace(kind, null))).toBe('409 open_elsewhere');
    const back = await replace(kind, null, margaret, true);
    expect(await history()).toEqual([`replace ${kind}`]);
    expect([said(back), back.body.activation]).toEqual(['201', null]);
    expect(await detailsOf(kind)).toEqual([before]);
    expect(await state()).toBe('moved');
  });

  test('goes on after the org failed, in another browser, and after the time is over', async () => {
    await stepUp(await replace(kind), kind);
    await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
    // The answer must not say that nothing has changed, because the old number was removed.
    expect(said(await replace(kind))).toBe('502 org_error');
    expect(await state()).toBe('off');
    env.advance(11 * 60);
    expect(await stepUp(await replace(kind), kind)).toBe(`enroll:${kind}`);
    const elsewhere = await portal.signedIn(MARGARET);
    expect(await stepUp(await replace(kind, NEW, elsewhere), kind, elsewhere)).toBe(`enroll:${kind}`);
    await activate(await replace(kind, NEW, elsewhere), elsewhere);
    expect(await state(elsewhere)).toBe('moved');
  });

  test('that certainly cannot be enrolled now leaves the old one on, and the step-up unused', async () => {
    const before = await detailsOf(kind);
    await portal.stepUp(margaret, `replace:${old}`, 4);
    expect(said(await replace(kind, '+19005550123'))).toBe('400 bad_phone');
    await env.fault({ match: 'GET /api/v1/users/*/factors/catalog', status: 200, body: [], times: 9 });
    expect(said(await replace(kind))).toBe('403 forbidden');
    await env.clearFaults();
    for (let sent = 0; sent < 5; sent += 1) {
      env.advance(31);
      await margaret.call('verifyFactor', { factorId: old }, { body: {} });
    }
    expect(said(await replace(kind))).toBe('429 sent_too_soon');
    expect(await detailsOf(kind)).toEqual(before);
    expect(await state()).toBe('open');
    env.advance(5 * 60);
    await portal.stepUp(margaret, `replace:${old}`, 4);
    expect(said(await replace(kind))).toBe('201');
  });
});
