import { beforeEach, expect, test } from 'vitest';
import type { PurposeText } from '#contract/purposes.ts';
import { findId, withKey, withPhone } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv, type Portal, type PortalOptions } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { freezeByLink } from '../helpdesk/testing/agent-fixture.ts';
import { personId } from '../helpdesk/testing/helpdesk-fixture.ts';
import { createProvider, type IdClaims, type Provider } from '../sign-in/provider.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let app: string;
let verify: string;
let sms: string;
let amr: string[] | null = null;
let userId: string;

/** Accepts every code, and issues ID tokens with the claim `amr` above. */
function describedProvider(): Provider {
  const { issuer, clientId, clientSecret } = env.emulator;
  const real = createProvider({ issuer, clientId, clientSecret, redirectUri: 'http://localhost:4567/auth/callback' });
  const auth_time = () => Math.floor((env.clock.now() - env.clock.fromWire(0)) / 1000);
  return {
    ...real,
    async finish() {
      const claims = { sub: userId, auth_time: auth_time(), acr: 'urn:okta:loa:2fa:any', amr: amr ?? [] };
      return { idToken: 'an.id.token', claims: claims as unknown as IdClaims };
    },
  };
}

async function comeBack(address: string, visitor: Visitor) {
  const begun = await visitor.step(address);
  const state = new URL(begun.headers.location!).searchParams.get('state');
  return visitor.step(`/auth/callback?state=${state}&code=a-code`);
}

/** Grace has an authenticator app, Okta Verify's codes and text messages. */
async function openPortal(options: PortalOptions['app'] = {}) {
  portal = await env.fresh({ app: options });
  await withPhone(env, GRACE);
  userId = await personId(portal, GRACE);
  grace = options.provider ? portal.visitor() : await portal.signedIn(GRACE);
  if (options.provider) await comeBack('/auth/sign-in', grace);
  [app, verify, sms] = await Promise.all([findId(grace, 'totp'), findId(grace, 'okta-verify'), findId(grace, 'sms')]);
}

/** `how`: the `amr` values. Returns the address that the callback redirects to. */
async function stepUpAtOkta(purpose: PurposeText, how: string[]) {
  env.advance(5);
  amr = how;
  const address = `/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2Fdone`;
  return (await comeBack(address, grace)).headers.location;
}

beforeEach(() => openPortal());

const both = (...ids: string[]): PurposeText => `remove:${ids.join(',')}`;
const remove = (factorId: string, who = grace) => who.call('deleteFactor', { factorId });
const verifyBy = async (factorId: string, purpose: PurposeText) =>
  grace.call('verifyFactor', { factorId }, { body: { passCode: await codeOf(factorId), purpose } });
const codeOf = (factorId: string) => env.nextCode(GRACE, factorId === verify ? 'OKTA' : 'GOOGLE');
const left = async () => (await grace.call('listFactors')).body.factors.map(({ id }: { id: string }) => id).sort();
const stepUps = () =>
  portal.store
    .selectFrom('step_ups')
    .select(['purpose', 'strength'])
    .orderBy('purpose')
    .where('consumed_at', 'is', null)
    .execute();

test('[A5] one proof removes each method that it names, once, and tells of each', async () => {
  expect((await verifyBy(app, both(sms, verify))).body.stepUp).toMatchObject({ purpose: both(sms, verify) });
  expect(said(await remove(verify))).toBe('204');
  expect(said(await remove(sms))).toBe('204');
  expect(await left()).toEqual([app]);
  expect(await stepUps()).toEqual([]);
  await portal.app.services.outbox.flush();
  expect(
    (await env.emails(GRACE))
      .map(({ to }) => to)
      .filter((to) => to.includes('@'))
      .sort(),
  ).toEqual(['grace@example.com', 'grace@example.com', 'grace@home.example', 'grace@home.example']);
  const removals = await portal.auditRows({ event: 'user.mfa.factor.deactivate' }, 'type', 'factor_id', 'outcome');
  expect(removals.map(({ type, factor_id, outcome }) => [type, factor_id, outcome])).toEqual(
    [verify, sms].flatMap((id) => [
      ['intent', id, null],
      ['outcome', id, 'success'],
    ]),
  );
});

test('[A5] what it does not name takes a proof of its own, and so does adding and replacing', async () => {
  await withKey(env, portal, GRACE);
  await verifyBy(app, both(sms, verify));
  const key = await findId(grace, 'webauthn');
  expect(said(await remove(key))).toBe('403 step_up_required');
  expect(said(await remove(app))).toBe('403 step_up_required');
  expect(said(await grace.call('enrollFactor', {}, { body: { kind: 'webauthn' } }))).toBe('403 step_up_required');
  const replaced = await grace.call(
    'replaceFactor',
    { factorId: verify },
    { body: { kind: 'okta-verify', method: 'totp' } },
  );
  expect(said(replaced)).toBe('403 step_up_required');
  for (const purpose of [`replace:${sms},${verify}`, `enroll:sms,totp`])
    expect(said(await verifyBy(app, purpose as PurposeText))).toBe('400 bad_request');
});

test('[A5] a method among several proves nothing for them; alone it may', async () => {
  const refused = await verifyBy(app, both(app, sms));
  expect(refused.body.error).toMatchObject({
    code: 'step_up_required',
    strength: 3,
    options: [{ factorId: verify }, { type: 'okta' }],
  });
  expect(said(await verifyBy(app, both(app, 'uftAAAAAAAAAAAAAAAAA')))).toBe('403 step_up_required');
  expect(await stepUps()).toEqual([]);
  expect(said(await verifyBy(app, both(app)))).toBe('200');
  expect(said(await remove(app))).toBe('204');
});

test('[A5] serves each id once: an unknown outcome has consumed it, a certain failure has not', async () => {
  await verifyBy(app, both(sms, verify));
  await env.fault({ match: `DELETE /api/v1/users/*/factors/${sms}`, status: 429 });
  expect((await remove(sms)).status).toBe(429);
  await env.clearFaults();
  await env.fault({ match: `DELETE /api/v1/users/*/factors/${verify}`, cut: 'before' });
  expect((await remove(verify)).status).toBeGreaterThanOrEqual(500);
  await env.clearFaults();
  env.advance(120);
  expect(said(await remove(verify))).toBe('403 step_up_required');
  expect(said(await remove(sms))).toBe('204');
});

test('[A5] serves for five minutes, in this session', async () => {
  const other = await portal.signedIn(GRACE);
  await verifyBy(app, both(sms, verify));
  expect(said(await remove(sms, other))).toBe('403 step_up_required');
  expect(said(await remove(sms))).toBe('204');
  env.advance(5 * 60 + 1);
  expect(said(await remove(verify))).toBe('403 step_up_required');
});

test('[A5] two tabs that remove the same method remove it once, and leave the other’s proof', async () => {
  await verifyBy(app, both(sms, verify));
  const tab = portal.visitor();
  tab.plant(grace.token()!);
  expect((await Promise.all([remove(sms), remove(sms, tab)])).map(said).sort()).toEqual(['204', '404 not_found']);
  expect(await stepUps()).toEqual([{ purpose: `remove:${verify}`, strength: 3 }]);
});

test('[A8] a freeze in between ends what is left', async () => {
  await verifyBy(app, both(sms, verify));
  expect(said(await remove(sms))).toBe('204');
  await freezeByLink(portal, userId);
  await env.takeRequests();
  expect(said(await remove(verify))).toMatch(/^40[13]/);
  expect((await env.takeRequests()).filter(({ path }) => path.endsWith(verify))).toEqual([]);
});

test('[A4] a method that became stronger than the proof takes another one', async () => {
  env.advance(31);
  await withPhone(env, HEDY);
  const hedy = await portal.signedIn(HEDY);
  await portal.stepUp(hedy, 'enroll:okta-verify', 3);
  const begun = await hedy.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } });
  const { id } = begun.body.factor;
  const number = await findId(hedy, 'sms');
  // The unfinished Okta Verify does not count, so the number is the strongest method.
  const missing = await hedy.call('getStepUp', {}, { query: { purpose: both(number, id) } });
  expect(missing.body.stepUp).toMatchObject({ purpose: both(number), strength: 2 });
  await portal.stepUp(hedy, both(number, id), 2);
  const passCode = await env.code(HEDY, 'OKTA');
  const active = (await hedy.call('activateFactor', { factorId: id }, { body: { passCode } })).body.factor.id;
  expect(active).toBe(id);
  expect(said(await remove(id, hedy))).toBe('403 step_up_required');
  expect(said(await remove(number, hedy))).toBe('204');
});

test('[A6] the last method and a required one are kept, whatever was proven', async () => {
  const required = {
    factorType: 'sms',
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'ACTIVE',
    enrollment: 'REQUIRED',
  };
  await portal.stepUp(grace, both(app, verify, sms), 4);
  await env.fault({ match: 'GET /api/v1/users/*/factors/catalog', status: 200, body: [required] });
  expect(said(await remove(sms))).toBe('409 required_factor');
  await env.clearFaults();
  expect([await remove(sms), await remove(verify), await remove(app)].map(said)).toEqual([
    '204',
    '204',
    '409 last_factor',
  ]);
  expect(await left()).toEqual([app]);
});

test.each([
  ['an app, while nothing as strong stays', ['pwd', 'otp', 'mfa'], false, 'the first'],
  ['an app, while a key stays', ['pwd', 'otp', 'mfa'], true, 'all'],
  ['a key', ['pwd', 'hwk', 'mfa'], false, 'all'],
])('[A5] a sign-in at Okta by %s', async (_how, how, withOwnKey, serves) => {
  await openPortal({ provider: describedProvider() });
  if (withOwnKey) await withKey(env, portal, GRACE);
  expect(await stepUpAtOkta(both(verify, app), how)).toBe('/done');
  const served = serves === 'all' ? both(verify, app) : both(verify);
  const recorded = await portal.auditRows({ event: 'user.authentication.step_up' }, 'outcome', 'reason');
  expect(recorded).toEqual([{ outcome: 'success', reason: served }]);
  expect(said(await remove(app))).toBe(serves === 'all' ? '204' : '403 step_up_required');
  expect(said(await remove(verify))).toBe('204');
});

test('[A5] a sign-in at Okta that is weaker than the strongest named proves none', async () => {
  await openPortal({ provider: describedProvider() });
  expect(await stepUpAtOkta(both(sms, app), ['pwd', 'sms', 'mfa'])).toMatch(/^\/step-up\?.*problem=unmet&strength=3$/);
  expect(said(await remove(sms))).toBe('403 step_up_required');
});
