import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { ADA, GRACE, KATHERINE, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { said } from '#testing/visitor.ts';
import type { Visitor } from '#testing/visitor.ts';

let stage: Stage;
let portal: Portal;
let grace: Visitor;
let google: string;
let okta: string;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  portal = await stage.fresh();
  grace = await portal.signedIn(GRACE);
  const phone = await stage.phone(GRACE);
  google = phone.find(({ provider }) => provider === 'GOOGLE')!.factorId;
  okta = phone.find(({ provider }) => provider === 'OKTA')!.factorId;
  await stage.asked();
});

/** A code that is none of the three that would be taken now. */
const wrong = async (login = GRACE, provider = 'GOOGLE') => String((Number(await stage.code(login, provider)) + 345_678) % 1_000_000).padStart(6, '0');
const verify = (who: Visitor, factorId: string, passCode: string, purpose?: string) => who.call('verifyFactor', { factorId }, { body: { passCode, ...(purpose && { purpose }) } });
/** How many codes the org got to see. */
const seen = async () => (await stage.asked()).filter(({ path }) => /\/(?:verify|activate)$/.test(path)).length;
const miss = async (times: number) => {
  for (let n = 0; n < times; n += 1) await verify(grace, google, await wrong());
};

test('wrong codes say how many tries are left; the fourth closes code entry for five minutes', async () => {
  const code = await wrong();
  for (const triesLeft of [3, 2, 1]) expect((await verify(grace, google, code)).body.error).toMatchObject({ code: 'wrong_code', triesLeft });
  const closed = await verify(grace, google, code);
  const retryAt = new Date(stage.clock.now() + 300_000).toISOString();
  expect([closed.status, closed.body.error.code, closed.body.error.retryAt, closed.headers['retry-after']]).toEqual([429, 'too_many_attempts', retryAt, '300']);
  expect(await seen()).toBe(4);
  stage.advance(100);
  expect((await verify(grace, google, await stage.code(GRACE))).body.error).toMatchObject({ code: 'too_many_attempts', retryAt });
  expect(await seen()).toBe(0);
});

describe('there is no way around the count', () => {
  test('by another method, another purpose, another session, another spelling, or signing in again', async () => {
    const code = await wrong();
    await verify(grace, google, code);
    await verify(grace, okta, code, `remove:${google}`);
    const other = await portal.signedIn(GRACE);
    expect((await verify(other, google, ` ${code.slice(0, 3)}-${code.slice(3)} `, 'sessions')).body.error).toMatchObject({ triesLeft: 1 });
    await grace.call('signOut');
    await grace.signIn(GRACE);
    expect(said(await verify(grace, okta, code))).toBe('429 too_many_attempts');
    const right = await stage.code(GRACE);
    for (const [factorId, passCode] of [[google, right], [okta, await stage.code(GRACE, 'OKTA')], [google, right.replace(/^/, ' ')]] as const) {
      for (const who of [grace, other]) expect(said(await verify(who, factorId, passCode, 'sessions'))).toBe('429 too_many_attempts');
    }
    expect(await seen()).toBe(4);
  });

  test('by activating a method, or beginning it again', async () => {
    const katherine = await portal.signedIn(KATHERINE);
    const begin = async () => (await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor.id as string;
    const activate = async (factorId: string, passCode: string) => katherine.call('activateFactor', { factorId }, { body: { passCode } });
    const id = await begin();
    await activate(id, await wrong(KATHERINE));
    await activate(id, await wrong(KATHERINE));
    await begin();
    expect((await activate(id, await wrong(KATHERINE))).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 1 });
    expect(said(await activate(id, await wrong(KATHERINE)))).toBe('429 too_many_attempts');
    await begin();
    expect(said(await activate(id, await stage.code(KATHERINE)))).toBe('429 too_many_attempts');
    stage.advance(301);
    const other = await portal.signedIn(KATHERINE);
    const again = (await other.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor.id;
    expect(said(await other.call('activateFactor', { factorId: again }, { body: { passCode: await stage.code(KATHERINE) } }))).toBe('200');
  });

  test('by a portal that is started again', async () => {
    await miss(4);
    const again = await stage.another({ app: { store: portal.store } });
    const there = await again.signedIn(GRACE);
    expect(said(await verify(there, google, await stage.code(GRACE)))).toBe('429 too_many_attempts');
  });

  test("and one person's misses are nobody else's", async () => {
    await miss(4);
    const katherine = await portal.signedIn(KATHERINE);
    const { id } = (await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
    expect(said(await katherine.call('activateFactor', { factorId: id }, { body: { passCode: await stage.code(KATHERINE) } }))).toBe('200');
  });
});

describe('fifty guesses at once', () => {
  test('reach the org no oftener than the limit, with the right one among them refused', async () => {
    const codes = Array.from({ length: 50 }, (_, n) => String((n + 1) * 17_321).padStart(6, '0').slice(-6));
    codes[40] = await stage.code(GRACE);
    const others = await Promise.all([portal.signedIn(GRACE), portal.signedIn(GRACE)]);
    await stage.asked();
    const replies = await Promise.all(codes.map((code, n) => verify([grace, ...others][n % 3]!, n % 2 ? google : okta, code)));
    expect(await seen()).toBe(4);
    const counted = replies.map(said);
    expect(counted.filter((one) => one === '403 wrong_code')).toHaveLength(3);
    expect(counted.filter((one) => one === '429 too_many_attempts')).toHaveLength(47);
    expect((await stage.desk<{ status: string }[]>('GET', `/authenticators?user=${GRACE}`)).map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(said(await grace.call('listFactors'))).toBe('200');
  });

  test('past the lock, by two portals on one store, either', async () => {
    const other = await stage.another({ app: { store: portal.store } });
    const there = await other.signedIn(GRACE);
    const { tries } = portal.app.rooms;
    const [{ user_id: userId }] = (await portal.store.selectFrom('sessions').select('user_id').execute()) as [{ user_id: string }];
    let tried = 0;
    const guesses = Array.from({ length: 50 }, (_, n) =>
      (n % 2 ? tries : other.app.rooms.tries).guard(userId, async () => {
        tried += 1;
        await Promise.resolve();
        throw new ApiError('wrong_code', 'no');
      }),
    );
    const results = await Promise.allSettled(guesses);
    expect([tried, results.filter(({ status }) => status === 'rejected').length]).toEqual([4, 50]);
    expect(said(await verify(there, google, await stage.code(GRACE)))).toBe('429 too_many_attempts');
  });
});

test('after the wait one try is open at a time, and one more miss closes again', async () => {
  await miss(4);
  // The org's own row of misses ends after five minutes, not at them; between two real machines the call itself takes longer.
  stage.advance(300.001);
  await stage.asked();
  await stage.fault({ match: 'POST /api/v1/users/*/factors/*/verify', delayMs: 300 });
  const { tries } = portal.app.rooms;
  const [{ user_id: userId }] = (await portal.store.selectFrom('sessions').select('user_id').execute()) as [{ user_id: string }];
  const first = verify(grace, google, await wrong());
  await expect.poll(async () => (await portal.store.selectFrom('code_tries').select('trying_until').executeTakeFirst())?.trying_until).toBeGreaterThan(stage.clock.now());
  await expect(tries.guard(userId, async () => 'never run')).rejects.toMatchObject({ code: 'too_many_attempts' });
  expect(said(await first)).toBe('429 too_many_attempts');
  expect(said(await verify(grace, google, await stage.code(GRACE)))).toBe('429 too_many_attempts');
  expect(await seen()).toBe(1);
  stage.advance(300);
  expect(said(await verify(grace, google, await stage.code(GRACE)))).toBe('200');
});

test('a right code clears the count', async () => {
  await miss(3);
  expect(said(await verify(grace, google, await stage.code(GRACE)))).toBe('200');
  expect((await verify(grace, google, await wrong())).body.error).toMatchObject({ triesLeft: 3 });
});

test('a failing org counts as nobody’s miss', async () => {
  const faults = [{ status: 500 }, { status: 503 }, { status: 429 }, { cut: 'before' as const }, { status: 200, body: '<html>' }, { status: 404 }, { status: 401 }, { status: 400 }];
  for (const fault of faults) {
    await stage.fault({ match: 'POST /api/v1/users/*/factors/*/verify', ...fault });
    const reply = await verify(grace, google, '123456');
    expect([fault, reply.body.error?.code]).toEqual([fault, expect.not.stringMatching(/wrong_code|too_many_attempts/)]);
    stage.advance(3);
  }
  expect((await verify(grace, google, await wrong())).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
});

test('a used code is wrong, and somebody locked at the org is told so', async () => {
  const code = await stage.code(GRACE);
  await verify(grace, google, code);
  expect((await verify(grace, google, code)).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
  await stage.fault({ match: 'POST /api/v1/users/*/factors/*/verify', status: 403, body: { errorCode: 'E0000069', errorSummary: 'x' } });
  expect(said(await verify(grace, google, '123456'))).toBe('423 locked');
});

test("the org's own limit on activations is code entry closed, with its end", async () => {
  const ada = await portal.signedIn(ADA);
  const { id } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
  const reset = Math.floor(stage.clock.now() / 1000) + 120;
  await stage.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', status: 429, headers: { 'x-rate-limit-reset': String(reset) } });
  const reply = await ada.call('activateFactor', { factorId: id }, { body: { passCode: await stage.code(ADA) } });
  expect(said(reply)).toBe('429 too_many_attempts');
  expect(Math.abs(Date.parse(reply.body.error.retryAt) - reset * 1000)).toBeLessThan(3000);
});
