import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { idOf, withKey, withPush, answerPush } from '#testing/security-methods.ts';
import { GRACE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { pruneEnded } from '../../../platform/lifecycle/prune.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const make = (who: Visitor, factorIds: string[], phone = 'works') =>
  who.call('planNewPhone', {}, { body: { phone, factorIds } });
const home = async (who: Visitor) => (await who.call('getHome')).body.newPhone as object | undefined;

test('guesses what was on the phone, is shown on the list, and goes on in another browser for 14 days', async () => {
  const margaret = await portal.signedIn(MARGARET);
  expect(await home(margaret)).toBeUndefined();
  const { body } = await margaret.call('getNewPhone');
  expect(body.plan).toBeNull();
  const guessed = (body.methods as { factor: { id: string; kind: string }; onPhone: boolean }[]).filter(
    ({ onPhone }) => onPhone,
  );
  expect(guessed.map(({ factor }) => factor.kind).sort()).toEqual(['call', 'sms']);
  expect(
    said(
      await make(
        margaret,
        guessed.map(({ factor }) => factor.id),
      ),
    ),
  ).toBe('200');
  expect(await home(margaret)).toEqual({ moved: 0, of: 2 });

  const elsewhere = await portal.signedIn(MARGARET);
  expect(await home(elsewhere)).toEqual({ moved: 0, of: 2 });
  env.advance(14 * 24 * 3600 - 1);
  const late = await portal.signedIn(MARGARET);
  expect(await home(late)).toEqual({ moved: 0, of: 2 });
  env.advance(1);
  expect(await home(late)).toBeUndefined();
  await pruneEnded(portal.store, env.clock);
  expect(await portal.store.selectFrom('new_phone_plans').select('user_id').execute()).toEqual([]);
});

test('is one’s own, changes no method, is in the history, and ends', async () => {
  const grace = await portal.signedIn(GRACE);
  const totp = await idOf(grace, 'totp');
  const margaret = await portal.signedIn(MARGARET);
  expect(said(await make(margaret, [totp]))).toBe('404 not_found');
  await env.takeRequests();
  await make(grace, [totp, totp], 'stolen');
  expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect((await margaret.call('getNewPhone')).body.plan).toBeNull();
  const { entries } = (await grace.call('getSecurityHistory')).body;
  expect(entries[0]).toMatchObject({ event: 'user.new_phone.plan', by: 'you' });
  expect((await grace.call('getNewPhone')).body.plan).toMatchObject({ phone: 'stolen', methods: [{ factorId: totp }] });
  expect(said(await grace.call('endNewPhone'))).toBe('204');
  expect(await home(grace)).toBeUndefined();
});

test('a test counts, a step-up does not: whoever steps up may hold the old phone', async () => {
  const grace = await portal.signedIn(GRACE);
  const totp = await idOf(grace, 'totp');
  await make(grace, [totp]);
  const verify = async (purpose?: string) =>
    said(
      await grace.call(
        'verifyFactor',
        { factorId: totp },
        { body: { passCode: await env.nextCode(GRACE), ...(purpose && { purpose }) } },
      ),
    );
  expect(await verify(`replace:${totp}`)).toBe('200');
  expect(await home(grace)).toEqual({ moved: 0, of: 1 });
  expect(await verify()).toBe('200');
  expect(await home(grace)).toEqual({ moved: 1, of: 1 });
});

test('a push that was approved as a test counts too', async () => {
  const push = await withPush(env, MARGARET);
  const margaret = await portal.signedIn(MARGARET);
  await make(margaret, [await idOf(margaret, 'okta-verify')]);
  const { transactionId, number } = (await margaret.call('verifyFactor', { factorId: push }, { body: {} })).body;
  await answerPush(env, MARGARET, 'approve', number);
  env.advance(4);
  await margaret.call('pollTransaction', { factorId: push, transactionId });
  expect(await home(margaret)).toEqual({ moved: 1, of: 1 });
});

test('a passkey has moved when a new one was added and the old one removed, or when the old one was tested', async () => {
  const { factorId: old } = await withKey(env, portal, GRACE);
  const { factorId: kept } = await withKey(env, portal, GRACE);
  const grace = await portal.signedIn(GRACE);
  await make(grace, [old]);
  const state = async () => (await grace.call('getNewPhone')).body.plan.methods[0];
  expect(await state()).toMatchObject({ way: 'add', state: 'open', worksNow: null });
  env.advance(1);
  const { factorId: added } = await withKey(env, portal, GRACE);
  expect(await state()).toMatchObject({ state: 'added', worksNow: { id: added } });
  await portal.stepUp(grace, `remove:${old}`, 4);
  expect(said(await grace.call('deleteFactor', { factorId: old }))).toBe('204');
  expect(await state()).toMatchObject({ state: 'moved', worksNow: { id: added } });
  const { user_id: userId } = (await portal.app.services.sessions.find(grace.token()!, false))!;
  await portal.app.services.notes.change(userId, kept, [kept], { backup: 'synced' });
  // One that was there before is not the new one, and one that is synced comes along.
  await make(grace, [kept]);
  expect(await state()).toMatchObject({ factorId: kept, state: 'open', way: 'keep' });
});

test('what could never be seen to move is named, and is in no plan: Okta’s API neither enrolls nor verifies Duo', async () => {
  const radia = await portal.signedIn('radia@example.com');
  const duo = await idOf(radia, 'duo');
  const { methods, elsewhere } = (await radia.call('getNewPhone')).body as {
    methods: { factor: { id: string; kind: string } }[];
    elsewhere: object[];
  };
  expect(elsewhere).toEqual([{ kind: 'duo', name: null }]);
  const kindsOf = methods.map(({ factor }) => factor.kind);
  expect(kindsOf).toContain('yubikey');
  for (const kind of ['duo', 'claims-provider', 'u2f', 'unknown']) expect(kindsOf).not.toContain(kind);
  expect(said(await make(radia, [duo]))).toBe('404 not_found');
  // It still proves who she is at Okta, so it remains a spare.
  expect(
    said(
      await make(
        radia,
        methods.map(({ factor }) => factor.id),
      ),
    ),
  ).toBe('200');
});

test('a changed plan keeps what is under way, and names no method that is gone', async () => {
  const grace = await portal.signedIn(GRACE);
  const [totp, verify] = [await idOf(grace, 'totp'), await idOf(grace, 'okta-verify')];
  await make(grace, [totp]);
  await portal.stepUp(grace, `replace:${totp}`, 3);
  expect(said(await grace.call('replaceFactor', { factorId: totp }, { body: { kind: 'totp' } }))).toBe('201');
  expect(said(await make(grace, [totp, verify], 'lost'))).toBe('200');
  const { plan } = (await grace.call('getNewPhone')).body;
  expect(plan.methods.map(({ state }: { state: string }) => state)).toEqual(['off', 'open']);
  expect(said(await make(grace, [verify]))).toBe('200');
  expect(said(await make(grace, [totp]))).toBe('404 not_found');
});

test('[A4] no plan lowers a step-up: whatever it says, every change asks for what it asked before', async () => {
  await withKey(env, portal, MARGARET);
  const margaret = await portal.signedIn(MARGARET);
  type Method = { id: string; kind: string };
  const methods = (await margaret.call('listFactors')).body.factors as Method[];
  const asked = async (name: Parameters<Visitor['call']>[0], factorId: string, body?: object) => {
    const { error } = (await margaret.call(name, { factorId }, body && { body })).body as { error: object };
    return { ...error, requestId: '' };
  };
  const demands = async () => {
    const all: object[] = [];
    for (const { id, kind } of methods) {
      all.push(await asked('deleteFactor', id));
      if (kind === 'sms' || kind === 'call')
        all.push(await asked('replaceFactor', id, { kind, phoneNumber: '+15550100188' }));
    }
    for (const kind of ['totp', 'sms', 'webauthn']) all.push(await asked('enrollFactor', '', { kind }));
    return all;
  };
  const before = await demands();
  expect(before).toContainEqual(expect.objectContaining({ code: 'step_up_required', strength: 4 }));
  const plans = fc.record({
    phone: fc.constantFrom('works', 'lost', 'stolen'),
    factorIds: fc.subarray(
      methods.map(({ id }) => id),
      { minLength: 1 },
    ),
    tested: fc.subarray(methods.map(({ id }) => id)),
  });
  await fc.assert(
    fc.asyncProperty(plans, async ({ phone, factorIds, tested }) => {
      expect(said(await make(margaret, factorIds, phone))).toBe('200');
      const { user_id: userId } = (await portal.app.services.sessions.find(margaret.token()!, false))!;
      for (const id of tested) await portal.app.services.newPhonePlans.noteTest(userId, id);
      expect(await demands()).toEqual(before);
    }),
    { numRuns: 8 },
  );
});
