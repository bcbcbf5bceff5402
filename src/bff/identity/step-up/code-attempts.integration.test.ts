import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { withKey } from '#testing/security-methods.ts';
import { ADA, GRACE, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let google: string;
let okta: string;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
  const phone = await env.phone(GRACE);
  google = phone.find(({ provider }) => provider === 'GOOGLE')!.factorId;
  okta = phone.find(({ provider }) => provider === 'OKTA')!.factorId;
  await env.takeRequests();
});

const wrong = async (login = GRACE, provider = 'GOOGLE') =>
  String((Number(await env.code(login, provider)) + 345_678) % 1_000_000).padStart(6, '0');
const verify = (who: Visitor, factorId: string, passCode: string, purpose?: string) =>
  who.call('verifyFactor', { factorId }, { body: { passCode, ...(purpose && { purpose }) } });
const seen = async () => (await env.takeRequests()).filter(({ path }) => /\/(?:verify|activate)$/.test(path)).length;
const miss = async (times: number) => {
  for (let n = 0; n < times; n += 1) await verify(grace, google, await wrong());
};
const statusOf = async (login: string) => {
  const found = await fetch(`${env.emulator.url}/api/v1/users/${login}`, {
    headers: { authorization: `SSWS ${env.emulator.apiToken}` },
  });
  return ((await found.json()) as { status: string }).status;
};
const signInAgain = async (who: Visitor, login: string) => {
  env.advance(5);
  return who.stepUp('codes', login);
};
const userId = async () =>
  (await portal.store.selectFrom('sessions').select('user_id').where('login', '=', GRACE).executeTakeFirstOrThrow())
    .user_id;
const ALL_CLOSED = { code: 'too_many_attempts', closed: 'all', signIn: '/auth/step-up?purpose=codes&returnTo=%2F' };
const VERIFY = 'POST /api/v1/users/*/factors/*/verify';

test('[B1] wrong codes say how many tries are left; the fourth in a row blocks all codes until a sign-in at Okta', async () => {
  const code = await wrong();
  for (const triesLeft of [3, 2, 1])
    expect((await verify(grace, google, code)).body.error).toMatchObject({ code: 'wrong_code', triesLeft });
  const closed = await verify(grace, google, code);
  expect([closed.status, closed.body.error, closed.headers['retry-after']]).toEqual([
    429,
    expect.objectContaining(ALL_CLOSED),
    undefined,
  ]);
  expect(closed.body.error.retryAt).toBeUndefined();
  expect(await seen()).toBe(4);
  for (const seconds of [301, 3600, 25 * 3600]) {
    env.advance(seconds);
    grace = await portal.signedIn(GRACE);
    await portal.store.updateTable('lockout_misses').set({ misses: 4, missed_at: env.clock.now() }).execute();
    for (const id of [google, okta])
      expect((await verify(grace, id, await wrong())).body.error).toMatchObject(ALL_CLOSED);
  }
  expect([await seen(), await statusOf(GRACE)]).toEqual([0, 'ACTIVE']);
});

test('a code of a length that the method never has is refused here, and costs no try', async () => {
  for (const passCode of ['12345', '1234567', '1234567890'])
    for (const id of [google, okta]) expect(said(await verify(grace, id, passCode))).toBe('400 bad_request');
  const katherine = await portal.signedIn(KATHERINE);
  const { id } = (await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
  const begun = await katherine.call('activateFactor', { factorId: id }, { body: { passCode: '12345' } });
  expect(said(begun)).toBe('400 bad_request');
  expect(await portal.store.selectFrom('code_attempts').selectAll().execute()).toEqual([]);
});

describe('the count cannot be avoided', () => {
  test('[B2] by another method, purpose, session or notation, or by ending the session', async () => {
    const code = await wrong();
    await verify(grace, google, code);
    await verify(grace, okta, code, `remove:${google}`);
    const other = await portal.signedIn(GRACE);
    expect(
      (await verify(other, google, ` ${code.slice(0, 3)}-${code.slice(3)} `, 'sessions')).body.error,
    ).toMatchObject({ triesLeft: 1 });
    await grace.signOut();
    // A sign-in in the same second may be older than the last wrong code, so it does not unblock codes.
    await grace.signIn(GRACE);
    expect((await verify(grace, okta, code)).body.error).toMatchObject(ALL_CLOSED);
    const right = await env.code(GRACE);
    for (const [factorId, passCode] of [
      [google, right],
      [okta, await env.code(GRACE, 'OKTA')],
      [google, right.replace(/^/, ' ')],
    ] as const) {
      for (const who of [grace, other])
        expect((await verify(who, factorId, passCode, 'sessions')).body.error).toMatchObject(ALL_CLOSED);
    }
    expect(await seen()).toBe(4);
    const { signIn } = ALL_CLOSED;
    const { blocked } = (await other.call('getSession')).body;
    expect(blocked).toContainEqual({ kind: 'totp', closed: 'all', signIn });
  });

  test('[B2] by activating or restarting a method; a person who is only enrolling signs in at Okta again', async () => {
    const katherine = await portal.signedIn(KATHERINE);
    const begin = async () =>
      (await katherine.call('enrollFactor', {}, { body: { kind: 'totp', startOver: true } })).body.factor.id as string;
    const activate = async (factorId: string, passCode: string) =>
      katherine.call('activateFactor', { factorId }, { body: { passCode } });
    const id = await begin();
    await activate(id, await wrong(KATHERINE));
    await activate(id, await wrong(KATHERINE));
    await begin();
    expect((await activate(id, await wrong(KATHERINE))).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 1 });
    expect((await activate(id, await wrong(KATHERINE))).body.error).toMatchObject(ALL_CLOSED);
    await begin();
    env.advance(301);
    expect((await activate(id, await env.code(KATHERINE))).body.error).toMatchObject(ALL_CLOSED);
    await signInAgain(katherine, KATHERINE);
    const again = await begin();
    expect(said(await activate(again, await env.code(KATHERINE)))).toBe('200');
  });

  test('[B3] and one person’s wrong codes do not count for others', async () => {
    await miss(4);
    const katherine = await portal.signedIn(KATHERINE);
    const { id } = (await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
    expect(
      said(await katherine.call('activateFactor', { factorId: id }, { body: { passCode: await env.code(KATHERINE) } })),
    ).toBe('200');
  });

  test('[B1] by a lost answer, which may have been a wrong code', async () => {
    for (let n = 0; n < 4; n += 1) {
      await env.fault({ match: VERIFY, cut: 'after' });
      expect(said(await verify(grace, google, await wrong()))).toBe('502 org_error');
    }
    for (let n = 0; n < 3; n += 1)
      expect((await verify(grace, google, await wrong())).body.error).toMatchObject(ALL_CLOSED);
    expect(await statusOf(GRACE)).toBe('ACTIVE');
  });

  test('[B1] by a sign-in from before the wrong codes that arrives after them', async () => {
    env.advance(5);
    const back = await grace.backFrom((await grace.begin('/auth/step-up?purpose=codes&returnTo=%2F')).url, {
      username: GRACE,
      password: env.emulator.password,
    });
    env.advance(5);
    await miss(4);
    expect((await grace.open(back)).status).toBe(200);
    expect((await verify(grace, google, await wrong())).body.error).toMatchObject(ALL_CLOSED);
    expect(await statusOf(GRACE)).toBe('ACTIVE');
  });
});

test('[B1] fifty guesses at once reach the org no more often than the limit, without the lock, from two portals', async () => {
  const other = await env.another({ app: { store: portal.store } });
  const { codeAttempts } = portal.app.services;
  const attempt = {
    userId: await userId(),
    kind: 'totp',
    verificationType: 'code',
    hasKey: async () => false,
    clears: true,
  } as const;
  let tried = 0;
  const guesses = Array.from({ length: 50 }, (_, n) =>
    (n % 2 ? codeAttempts : other.app.services.codeAttempts).guard(attempt, async () => {
      tried += 1;
      await Promise.resolve();
      throw new ApiError('wrong_code');
    }),
  );
  const results = await Promise.allSettled(guesses);
  expect([tried, results.filter(({ status }) => status === 'rejected').length]).toEqual([4, 50]);
  expect((await verify(grace, google, await env.code(GRACE))).body.error).toMatchObject(ALL_CLOSED);
});

test('a sign-in at Okta unblocks codes, but not with an existing session at Okta', async () => {
  await miss(4);
  env.advance(301);
  expect((await grace.signIn(GRACE)).status).toBe(200);
  expect((await verify(grace, google, await env.code(GRACE))).body.error).toMatchObject(ALL_CLOSED);
  const landed = await signInAgain(grace, GRACE);
  expect(landed.url.pathname).toBe('/done');
  env.advance(30);
  expect(said(await verify(grace, google, await env.code(GRACE)))).toBe('200');
  // The sign-in also cleared Okta's count: four more wrong codes do not lock the account.
  await miss(4);
  expect(await statusOf(GRACE)).toBe('ACTIVE');
});

describe('a person with a security key', () => {
  test('[B3] keeps one try for it: codes are blocked one earlier, and the key’s right signature unblocks them', async () => {
    const { factorId, key } = await withKey(env, portal, GRACE);
    const challenge = async () => {
      const reply = await grace.call('verifyFactor', { factorId }, { body: {} });
      expect(said(reply)).toBe('200');
      return reply.body.challenge.options.challenge as string;
    };
    await miss(3);
    expect((await verify(grace, google, await wrong())).body.error).toMatchObject(ALL_CLOSED);
    expect(said(await grace.call('verifyFactor', { factorId }, { body: key.assert(await challenge()) }))).toBe('200');
    expect((await verify(grace, okta, await wrong())).body.error).toMatchObject({ code: 'wrong_code' });
  });

  test('[B1] cannot lock the account with it either', async () => {
    const { factorId, key } = await withKey(env, portal, GRACE);
    const challenge = async () =>
      (await grace.call('verifyFactor', { factorId }, { body: {} })).body.challenge?.options.challenge as
        | string
        | undefined;
    await miss(3);
    const wrongOnes = [];
    for (let n = 0; n < 3; n += 1)
      wrongOnes.push(
        said(
          await grace.call(
            'verifyFactor',
            { factorId },
            { body: key.assert((await challenge()) ?? 'AAAAAAAA', { origin: 'https://evil.example' }) },
          ),
        ),
      );
    expect(wrongOnes).toEqual(['429 too_many_attempts', '429 too_many_attempts', '429 too_many_attempts']);
    expect([await statusOf(GRACE), await challenge()]).toEqual(['ACTIVE', undefined]);
  });
});

test('a right code starts the count again', async () => {
  await miss(3);
  expect(said(await verify(grace, google, await env.code(GRACE)))).toBe('200');
  expect((await verify(grace, google, await wrong())).body.error).toMatchObject({ triesLeft: 3 });
});

test('what the org certainly did not check is no wrong code', async () => {
  for (const fault of [{ status: 429 }, { status: 404 }, { status: 401 }, { status: 400 }]) {
    await env.fault({ match: VERIFY, ...fault });
    const reply = await verify(grace, google, '123456');
    expect([fault, reply.body.error?.code]).toEqual([fault, expect.not.stringMatching(/wrong_code|too_many_attempts/)]);
    env.advance(3);
  }
  expect((await verify(grace, google, await wrong())).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
});

test('a used code is wrong, and a person locked at the org is told so', async () => {
  const code = await env.code(GRACE);
  await verify(grace, google, code);
  expect((await verify(grace, google, code)).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
  await env.fault({ match: VERIFY, status: 403, body: { errorCode: 'E0000069', errorSummary: 'x' } });
  expect(said(await verify(grace, google, '123456'))).toBe('423 locked');
});

test('the org’s own limit on activations is shown as blocked, with its end', async () => {
  const ada = await portal.signedIn(ADA);
  const { id } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
  const reset = Math.floor(env.clock.now() / 1000) + 120;
  await env.fault({
    match: 'POST /api/v1/users/*/factors/*/lifecycle/activate',
    status: 429,
    headers: { 'x-rate-limit-reset': String(reset) },
  });
  const reply = await ada.call('activateFactor', { factorId: id }, { body: { passCode: await env.code(ADA) } });
  expect(said(reply)).toBe('429 too_many_attempts');
  expect(Math.abs(Date.parse(reply.body.error.retryAt) - reset * 1000)).toBeLessThan(3000);
});
