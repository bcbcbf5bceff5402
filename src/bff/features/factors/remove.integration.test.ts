import { beforeEach, describe, expect, test } from 'vitest';
import { withPush } from '#testing/security-methods.ts';
import { ADA, GRACE, HEDY, MARGARET, startTestEnv, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;

type Listed = { id: string; kind: string; status: string };
const methodsOf = async (who: Visitor): Promise<Listed[]> => (await who.call('listFactors')).body.factors;
const remove = (who: Visitor, factorId: string) => who.call('deleteFactor', { factorId });
const stepUp = (who: Visitor, factorId: string, strength = 3, on = portal) =>
  on.stepUp(who, `remove:${factorId}`, strength);

describe('removing one method', () => {
  beforeEach(async () => {
    portal = await env.fresh();
  });

  test('needs a step-up, and notifies everybody concerned', async () => {
    const grace = await portal.signedIn(GRACE);
    const [first, second] = await methodsOf(grace);
    expect((await grace.call('getFactor', { factorId: first!.id })).body.removal).toMatchObject({
      allowed: true,
      steppedUp: false,
      strength: 3,
      options: [{ type: 'factor' }, { type: 'factor' }, { type: 'okta' }],
    });
    const code = await env.code(GRACE);
    const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
    const steppedUp = await grace.call(
      'verifyFactor',
      { factorId: google },
      { body: { passCode: code, purpose: `remove:${first!.id}` } },
    );
    expect(steppedUp.body.stepUp).toMatchObject({ purpose: `remove:${first!.id}`, strength: 3 });
    expect((await grace.call('getFactor', { factorId: first!.id })).body.removal).toMatchObject({ steppedUp: true });
    expect(said(await remove(grace, first!.id))).toBe('204');
    expect(await methodsOf(grace)).toEqual([second]);
    await portal.app.services.outbox.flush();
    expect((await env.emails(GRACE)).map(({ to }) => to).sort()).toEqual(['grace@example.com', 'grace@home.example']);
  });

  describe('[L5] an email method of another address', () => {
    const ELSEWHERE = 'margaret@elsewhere.example';
    let margaret: Visitor;
    let email: string;
    let sent: string[];
    beforeEach(async () => {
      sent = [];
      portal = await env.fresh({ app: { mailer: async ({ to, subject }) => void sent.push(`${to}: ${subject}`) } });
      margaret = await portal.signedIn(MARGARET);
      email = (await methodsOf(margaret)).find(({ kind }) => kind === 'email')!.id;
      // Simulates an administrator who set another address at Okta.
      const { id: userId } = (
        await portal.okta.users.searchUsers({ search: `profile.login eq "${MARGARET}"`, limit: 1 })
      ).users[0]!;
      const list = (await portal.okta.userFactorApi.listFactors({ userId })) as object[];
      const moved = list.map((factor) =>
        'factorType' in factor && factor.factorType === 'email' ? { ...factor, profile: { email: ELSEWHERE } } : factor,
      );
      await env.fault({ match: `GET /api/v1/users/${userId}/factors`, times: 2, status: 200, body: moved });
      await stepUp(margaret, email);
    });
    const recipients = () =>
      sent
        .filter((one) => one.endsWith('was removed from your account'))
        .map((one) => one.slice(0, one.indexOf(':')))
        .sort();
    const all = ['margaret@elsewhere.example', 'margaret@example.com', 'margaret@home.example'];

    test('gets a notification of its removal', async () => {
      expect(said(await remove(margaret, email))).toBe('204');
      await portal.app.services.outbox.flush();
      expect(recipients()).toEqual(all);
      expect(await portal.store.selectFrom('open_intents').select('removed_address').execute()).toEqual([]);
    });

    test('gets it too when the answer was lost and reconciling finds it removed', async () => {
      await env.fault({ match: `DELETE /api/v1/users/*/factors/*`, cut: 'after' });
      expect((await remove(margaret, email)).status).toBeGreaterThanOrEqual(500);
      await env.clearFaults();
      expect(await portal.app.reconcile()).toBe(1);
      await portal.app.services.outbox.flush();
      expect(recipients()).toEqual(all);
      expect(await portal.store.selectFrom('open_intents').select('removed_address').execute()).toEqual([]);
    });

    test('gets none when it was not removed', async () => {
      await env.fault({
        match: `DELETE /api/v1/users/*/factors/*`,
        status: 403,
        body: { errorCode: 'E0000006', errorSummary: 'no', errorCauses: [] },
      });
      expect((await remove(margaret, email)).status).toBeGreaterThanOrEqual(400);
      await portal.app.services.outbox.flush();
      expect([recipients(), await portal.store.selectFrom('open_intents').select('removed_address').execute()]).toEqual(
        [[], []],
      );
    });
  });

  test('[A6] is refused for the last one, and the step-up stays valid', async () => {
    const hedy = await portal.signedIn(HEDY);
    const [only] = await methodsOf(hedy);
    await stepUp(hedy, only!.id);
    await env.takeRequests();
    expect(said(await remove(hedy, only!.id))).toBe('409 last_factor');
    expect(said(await remove(hedy, only!.id))).toBe('409 last_factor');
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect((await hedy.call('getFactor', { factorId: only!.id })).body.removal).toEqual({
      allowed: false,
      reason: 'last_factor',
    });
    const refused = await portal.auditRows({ event: 'access.refused' }, 'reason');
    expect(refused.map(({ reason }) => reason)).toEqual(['deleteFactor: last_factor', 'deleteFactor: last_factor']);
  });

  test('is refused for the last one beside an unfinished one, which can be removed at once', async () => {
    const hedy = await portal.signedIn(HEDY);
    const [only] = await methodsOf(hedy);
    await portal.stepUp(hedy, 'enroll:okta-verify', 3);
    const { id } = (await hedy.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } })).body.factor;
    await stepUp(hedy, only!.id);
    expect(said(await remove(hedy, only!.id))).toBe('409 last_factor');
    expect(said(await remove(hedy, id))).toBe('204');
  });

  test('[A6] is refused for one that the org requires', async () => {
    const grace = await portal.signedIn(GRACE);
    const entry = (provider: string, enrollment: string) => ({
      factorType: 'token:software:totp',
      provider,
      vendorName: provider,
      status: 'ACTIVE',
      enrollment,
    });
    await env.fault({
      match: 'GET /api/v1/users/*/factors/catalog',
      status: 200,
      body: [entry('GOOGLE', 'REQUIRED'), entry('OKTA', 'OPTIONAL')],
    });
    const google = (await methodsOf(grace)).find(({ kind }) => kind === 'totp')!;
    await stepUp(grace, google.id);
    expect(said(await remove(grace, google.id))).toBe('409 required_factor');
    expect((await grace.call('getFactor', { factorId: google.id })).body.removal).toEqual({
      allowed: false,
      reason: 'required_factor',
    });
    const other = (await methodsOf(grace)).find(({ kind }) => kind === 'okta-verify')!;
    await stepUp(grace, other.id);
    expect(said(await remove(grace, other.id))).toBe('204');
  });

  test('answers like an unknown one when it is already deleted at the org', async () => {
    const [grace, other] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
    const [first] = await methodsOf(grace);
    await stepUp(grace, first!.id);
    await stepUp(other, first!.id);
    expect(said(await remove(grace, first!.id))).toBe('204');
    expect(said(await remove(other, first!.id))).toBe('404 not_found');
  });

  test('is immediate: its code no longer verifies', async () => {
    const grace = await portal.signedIn(GRACE);
    const google = (await methodsOf(grace)).find(({ kind }) => kind === 'totp')!;
    await stepUp(grace, google.id);
    const code = await env.code(GRACE);
    await remove(grace, google.id);
    expect(said(await grace.call('verifyFactor', { factorId: google.id }, { body: { passCode: code } }))).toBe(
      '404 not_found',
    );
  });
});

test('[D2] a family that Okta removes in part is told of, and its outcome is not called a failure', async () => {
  const classic = await startTestEnv({ engine: 'classic' });
  try {
    portal = await classic.fresh();
    await withPush(classic, GRACE);
    const grace = await portal.signedIn(GRACE);
    const family = (await methodsOf(grace)).find(({ kind }) => kind === 'okta-verify')!;
    await stepUp(grace, family.id);
    const { id: userId } = (await portal.okta.users.searchUsers({ search: `profile.login eq "${GRACE}"`, limit: 1 }))
      .users[0]!;
    const members = (await portal.okta.userFactorApi.listFactors({ userId })).filter(
      ({ provider }) => provider === 'OKTA',
    );
    expect(members.length).toBeGreaterThan(1);
    for (const { id } of members.filter(({ id }) => id !== family.id))
      await classic.fault({ match: `DELETE /api/v1/users/*/factors/${id}`, status: 429 });
    expect((await remove(grace, family.id)).status).toBe(429);
    const outcomes = () => portal.auditRows({ type: 'outcome' }, 'factor_id', 'outcome');
    expect(await outcomes()).toEqual([]);
    await classic.clearFaults();
    classic.advance(120);
    await portal.app.reconcile();
    expect(await outcomes()).toEqual([{ factor_id: family.id, outcome: 'success' }]);
    await portal.app.services.outbox.flush();
    expect(await classic.emails(GRACE)).toHaveLength(2);
  } finally {
    await classic.close();
  }
});

const RACES = 50;

async function twoAgain(who: Visitor, on: Portal) {
  const [left] = await methodsOf(who);
  const kind = left!.kind === 'totp' ? 'okta-verify' : 'totp';
  await on.stepUp(who, `enroll:${kind}`, 3);
  const body = kind === 'totp' ? { kind } : { kind, method: 'totp' };
  const { id } = (await who.call('enrollFactor', {}, { body })).body.factor;
  const passCode = await env.code(GRACE, kind === 'totp' ? 'GOOGLE' : 'OKTA');
  const reply = await who.call('activateFactor', { factorId: id }, { body: { passCode } });
  if (reply.status !== 200) throw new Error(`could not have two again: ${said(reply)}`);
}

test.each([
  ['one portal', 1],
  ['two portals on one store', 2],
])(`[A6] two concurrent removals of the last two, by %s, × ${RACES / 2}: one always stays`, async (_what, portals) => {
  portal = await env.fresh({ app: { pause: () => new Promise((resolve) => setTimeout(resolve, 1)) } });
  const second =
    portals === 1
      ? portal
      : await env.another({
          app: { store: portal.store, pause: () => new Promise((resolve) => setTimeout(resolve, 1)) },
        });
  const [here, there] = [await portal.signedIn(GRACE), await second.signedIn(GRACE)];
  for (let round = 0; round < RACES / 2; round += 1) {
    // Okta accepts five activations in five minutes.
    env.advance(61);
    const [one, two] = await methodsOf(here);
    await Promise.all([stepUp(here, one!.id), stepUp(there, two!.id, 3, second)]);
    const both = await Promise.all([remove(here, one!.id), remove(there, two!.id)]);
    expect(both.map(said).sort()).toEqual(['204', '409 last_factor']);
    expect(await methodsOf(there)).toHaveLength(1);
    await twoAgain(here, portal);
  }
});

test('a person without any method gets not_found', async () => {
  portal = await env.fresh();
  const ada = await portal.signedIn(ADA);
  expect(said(await remove(ada, 'uft00000000000000000'))).toBe('404 not_found');
});
