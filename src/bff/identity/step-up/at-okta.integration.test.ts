import { beforeEach, describe, expect, test } from 'vitest';
import { findId, withKey } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { helpdeskOfDemo } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { createProvider, type IdClaims, type Provider } from '../../features/sign-in/provider.ts';
import { requirementOfPurpose } from './requirement.ts';

/** Claims that the next sign-in returns. Null: Okta's own claims. */
let claims: Record<string, unknown> | null = null;
const env = await testEnv();
const oie = await testEnv({ engine: 'oie' });
let portal: Portal;
let grace: Visitor;
let factorId: string;
let userId: string;

function tamperedProvider(): Provider {
  const { issuer, clientId, clientSecret } = env.emulator;
  const real = createProvider({ issuer, clientId, clientSecret, redirectUri: 'http://localhost:4567/auth/callback' });
  return {
    ...real,
    async finish(code, iss, attempt) {
      if (!claims) return real.finish(code, iss, attempt);
      return { idToken: 'an.id.token', claims: claims as unknown as IdClaims };
    },
  };
}

beforeEach(async () => {
  claims = null;
  portal = await env.fresh({ app: { provider: tamperedProvider() } });
  grace = await signedIn();
  [{ id: factorId }] = (await grace.call('listFactors')).body.factors;
  env.advance(301);
});

/** Sends a sign-in's callback without visiting Okta's page. */
async function comeBack(address: string, visitor: Visitor) {
  const begun = await visitor.step(address);
  const state = new URL(begun.headers.location!).searchParams.get('state');
  return visitor.step(`/auth/callback?state=${state}&code=a-code`);
}

const seconds = () => Math.floor((env.clock.now() - env.clock.fromWire(0)) / 1000);
const good = () => ({ sub: userId, auth_time: seconds(), acr: 'urn:okta:loa:2fa:any', amr: ['pwd', 'otp', 'mfa'] });

async function signedIn() {
  const found = await fetch(`${env.emulator.url}/api/v1/users/${GRACE}`, {
    headers: { authorization: `SSWS ${env.emulator.apiToken}` },
  });
  ({ id: userId } = (await found.json()) as { id: string });
  claims = good();
  const visitor = portal.visitor();
  await comeBack('/auth/sign-in', visitor);
  return visitor;
}

const completeStepUp = () => comeBack(`/auth/step-up?purpose=remove%3A${factorId}&returnTo=%2Fdone`, grace);

test('a new sign-in with a code is a step-up for its purpose, with a new cookie', async () => {
  const before = grace.token();
  claims = good();
  expect((await completeStepUp()).headers.location).toBe('/done');
  expect(grace.token()).not.toBe(before);
  expect(said(await grace.call('deleteFactor', { factorId }))).toBe('204');
});

test.each([
  ['an old sign-in', () => ({ auth_time: seconds() - 200 }), 'refused'],
  ['another person', () => ({ sub: '00u99999999999999999' }), 'refused'],
  ['a password alone', () => ({ amr: ['pwd'] }), 'unmet'],
  ['a weaker method', () => ({ amr: ['pwd', 'sms', 'mfa'] }), 'unmet'],
  ['a question', () => ({ amr: ['pwd', 'kba', 'mfa'] }), 'unmet'],
  ['no amr', () => ({ amr: undefined }), 'unmet'],
  ['amr that is no list', () => ({ amr: 'otp' }), 'unmet'],
  ['a lower acr', () => ({ acr: 'urn:okta:loa:1fa:any' }), 'unmet'],
  ['no acr', () => ({ acr: undefined }), 'unmet'],
  ['acr that is a list', () => ({ acr: ['urn:okta:loa:2fa:any'] }), 'unmet'],
])('%s is no step-up: the session stays unchanged, and the audit log says why', async (_what, over, problem) => {
  const before = grace.token();
  claims = { ...good(), ...over() };
  const reply = await completeStepUp();
  expect(reply.headers.location).toBe(
    `/step-up?purpose=remove%3A${factorId}&returnTo=%2Fdone&problem=${problem}&strength=3`,
  );
  expect(grace.token()).toBe(before);
  expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toEqual([]);
  expect(said(await grace.call('deleteFactor', { factorId }))).toBe('403 step_up_required');
  expect(said(await grace.call('endOtherSessions'))).toBe('403 step_up_required');
  const failed = await portal.auditRows({ event: 'user.authentication.step_up' }, 'event', 'outcome', 'subject');
  expect(failed).toEqual([{ event: 'user.authentication.step_up', outcome: 'failure', subject: userId }]);
});

// A sign-in may seem 2 s too old: Okta compares whole seconds, and the portal knows Okta's clock to half a second.
test.each([
  ['admits', 2.5, /^\/done$/],
  ['does not admit', 3.1, /&problem=refused/],
])('[S12] max_age=1 %s a sign-in that seems %d s old', async (_what, age, leads) => {
  const lastSecond = () => ({ ...good(), auth_time: seconds() - 1 });
  const skew = () => age * 1000 - (env.clock.now() - env.clock.fromWire(lastSecond().auth_time));
  portal = await env.fresh({ app: { provider: tamperedProvider() }, okta: (client) => ({ ...client, skew }) });
  grace = await signedIn();
  [{ id: factorId }] = (await grace.call('listFactors')).body.factors;
  claims = lastSecond();
  expect((await completeStepUp()).headers.location).toMatch(leads);
});

test('an error of the org returns to the step-up, which can be done in another way', async () => {
  for (const [error, problem] of [
    ['unmet_authentication_requirements', 'unmet'],
    ['access_denied', 'refused'],
  ] as const) {
    const begun = await grace.step(`/auth/step-up?purpose=sessions&returnTo=%2Fdone`);
    const state = new URL(begun.headers.location!).searchParams.get('state');
    const reply = await grace.step(`/auth/callback?state=${state}&error=${error}`);
    expect(reply.headers.location).toBe(`/step-up?purpose=sessions&returnTo=%2Fdone&problem=${problem}&strength=0`);
  }
  expect((await grace.call('getSession')).status).toBe(200);
});

test('the org gets the person’s login as a hint, and none at sign-in', async () => {
  const asked = async (address: string) => new URL((await grace.step(address)).headers.location!).searchParams;
  const stepUp = await asked(`/auth/step-up?purpose=remove%3A${factorId}&returnTo=%2Fdone`);
  expect(Object.fromEntries([...stepUp].filter(([name]) => /max_age|acr|hint/.test(name)))).toEqual({
    max_age: '1',
    acr_values: 'urn:okta:loa:2fa:any',
    login_hint: GRACE,
  });
  const signIn = await asked('/auth/sign-in');
  expect([signIn.has('login_hint'), signIn.has('max_age'), signIn.has('acr_values')]).toEqual([false, false, false]);
  const page = await grace.begin(`/auth/step-up?purpose=sessions&returnTo=%2Fdone`);
  expect(page.text).toMatch(new RegExp(`name="username"[^>]*value="${GRACE}"|value="${GRACE}"[^>]*name="username"`));
});

test.each([
  [['pwd', 'kba', 'mfa'], 1],
  [['pwd', 'email', 'mfa'], 1],
  [['pwd', 'sms', 'mfa'], 2],
  [['pwd', 'tel', 'mfa'], 2],
  [['pwd', 'mfa'], 2],
  [['pwd', 'otp', 'mfa'], 3],
  [['pwd', 'hwk', 'mfa'], 4],
])('a sign-in by %j is a step-up of strength %i', async (amr, strength) => {
  claims = { ...good(), amr };
  const reply = await comeBack('/auth/step-up?purpose=enroll%3Aquestion&returnTo=%2Fdone', grace);
  expect(reply.headers.location).toBe('/done');
  expect(await portal.store.selectFrom('step_ups').select(['purpose', 'strength']).execute()).toEqual([
    { purpose: 'enroll:question', strength },
  ]);
});

describe('for a security key, an Identity Engine org', () => {
  test('gets the phishing-resistant acr, and no other', async () => {
    const there = await oie.fresh();
    const { factorId: keyId } = await withKey(oie, there, HEDY);
    const hedy = await there.signedIn(HEDY);
    const acr = async (purpose: string) =>
      new URL(
        (await hedy.step(`/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2F`)).headers.location!,
      ).searchParams.get('acr_values');
    expect(await acr(`remove:${keyId}`)).toBe('phr');
    expect(await acr('enroll:webauthn')).toBe('phr');
    expect(await acr('enroll:totp')).toBe('urn:okta:loa:2fa:any');
    expect(await acr(`remove:${await findId(hedy, 'totp')}`)).toBe('urn:okta:loa:2fa:any');
    expect(await acr('sessions')).toBeNull();
  });
});

test('phishing-resistant is stronger than the required acr', async () => {
  claims = { ...good(), acr: 'phr', amr: ['hwk'] };
  expect((await completeStepUp()).headers.location).toBe('/done');
  const [stepUp] = await portal.store.selectFrom('step_ups').select('strength').execute();
  expect(stepUp?.strength).toBe(4);
});

describe('[S12] HELPDESK_ACR is the minimum of an agent’s own step-up', () => {
  const values = ['phrh', 'phr', 'urn:okta:loa:2fa:any', 'urn:okta:loa:1fa:any'];
  test.each(values)('%s is met by itself and by stronger ones only', async (asked) => {
    portal = await env.fresh({ app: { provider: tamperedProvider(), helpdesk: helpdeskOfDemo(env, { acr: asked }) } });
    grace = await signedIn();
    const purpose = 'helpdesk:00u00000000000000000';
    const met: unknown[] = [];
    for (const acr of [...values, 'made-up', undefined]) {
      claims = { ...good(), acr, amr: ['hwk', 'otp', 'mfa'] };
      const { location } = (
        await comeBack(`/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2Fdone`, grace)
      ).headers;
      if (location === '/done') met.push(acr);
    }
    expect(met).toEqual(values.slice(0, values.indexOf(asked) + 1));
    expect(
      await portal.store.selectFrom('step_ups').select('id').where('purpose', '=', purpose).execute(),
    ).toHaveLength(met.length);
  });

  test('a key that is verified here is weaker than phrh', async () => {
    const requirement = requirementOfPurpose('approve:AAAAAAAAAAAA', [], {
      keys: true,
      phr: true,
      helpdeskAcr: 'phrh',
    })!;
    const session = (await portal.app.services.sessions.find(grace.token()!, false))!;
    await portal.app.services.stepUps.give(session, requirement.purpose, 4);
    expect(await portal.app.services.stepUps.has(session, requirement.purpose, requirement.strength)).toBe(false);
  });
});
