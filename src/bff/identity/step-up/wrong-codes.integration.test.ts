import { beforeEach, describe, expect, test } from 'vitest';
import { factorKinds } from '#contract/kinds.ts';
import { codeSent, findId } from '#testing/security-methods.ts';
import { GRACE, MARGARET, testEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { getVerification, getKind, kinds } from '../../platform/kinds/registry.ts';
import { closedUntil } from './wrong-code-limits.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const env = await testEnv();
let portal: Portal;
let google: string;
let okta: string;
/** `lockout` is so high that only the limits per kind apply. */
const ROOMY = { settings: { lockout: 100 } };

async function fresh(options: Parameters<TestEnv['fresh']>[0] = ROOMY): Promise<Visitor> {
  portal = await env.fresh(options);
  const phone = await env.phone(GRACE);
  google = phone.find(({ provider }) => provider === 'GOOGLE')!.factorId;
  okta = phone.find(({ provider }) => provider === 'OKTA')!.factorId;
  return portal.signedIn(GRACE);
}

const otherThan = (code: string) => String((Number(code) + 345_678) % 10 ** code.length).padStart(code.length, '0');
const verify = (who: Visitor, factorId: string, body: object) => who.call('verifyFactor', { factorId }, { body });
const guess = async (who: Visitor, factorId = google, provider = 'GOOGLE') =>
  verify(who, factorId, { passCode: otherThan(await env.code(GRACE, provider)) });
const right = async (who: Visitor, factorId = google, provider = 'GOOGLE') =>
  verify(who, factorId, { passCode: await env.code(GRACE, provider) });
const attemptsCounted = async (factorId: string) =>
  (await env.takeRequests()).filter(({ path, method }) => method === 'POST' && path.includes(factorId)).length;
const at = (seconds: number) => new Date(env.clock.now() + seconds * 1000).toISOString();
const userIdOf = async (login: string) =>
  (await portal.store.selectFrom('sessions').select('user_id').where('login', '=', login).executeTakeFirstOrThrow())
    .user_id;

describe('[B2] wrong codes of one kind', () => {
  let grace: Visitor;
  beforeEach(async () => {
    grace = await fresh();
    await env.takeRequests();
  });

  test('block it for 5 minutes after 4, an hour after 8, and until 24 hours after the first after 12; other kinds are not affected', async () => {
    const first = env.clock.now();
    for (const [round, seconds] of [300, HOUR].entries()) {
      for (let n = 0; n < 3; n += 1)
        expect((await guess(grace)).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 - n });
      const closed = await guess(grace);
      expect([round, closed.status, closed.body.error, closed.headers['retry-after']]).toEqual([
        round,
        429,
        expect.objectContaining({ closed: 'kind', retryAt: at(seconds) }),
        String(seconds),
      ]);
      env.advance(seconds - 2);
      grace = await portal.signedIn(GRACE);
      expect((await right(grace)).body.error).toMatchObject({ closed: 'kind', retryAt: at(2) });
      const blocked = [{ kind: 'totp', closed: 'kind', retryAt: at(2) }];
      expect((await grace.call('getSession')).body.blocked).toEqual(blocked);
      expect((await grace.call('getHome')).body.session.blocked).toEqual(blocked);
      expect(said(await right(grace, okta, 'OKTA'))).toBe('200');
      env.advance(2);
      expect((await grace.call('getSession')).body.blocked).toEqual([]);
    }
    for (let n = 0; n < 3; n += 1) await guess(grace);
    const until = new Date(first + DAY * 1000).toISOString();
    expect((await guess(grace)).body.error).toMatchObject({ closed: 'kind', retryAt: until });
    expect(await attemptsCounted(google)).toBe(12);
    env.advance(DAY / 2);
    grace = await portal.signedIn(GRACE);
    expect((await right(grace)).body.error).toMatchObject({ retryAt: until });
    expect(said(await right(grace, okta, 'OKTA'))).toBe('200');
    expect(await attemptsCounted(google)).toBe(0);
  });

  test('are not reset by right codes of another kind', async () => {
    for (let round = 0; round < 12; round += 1) {
      for (let n = 0; n < 3; n += 1) await guess(grace);
      expect(said(await right(grace, okta, 'OKTA'))).toBe('200');
      env.advance(60);
    }
    expect(await attemptsCounted(google)).toBeLessThanOrEqual(8);
  });

  test('are reset by a right code of that kind, and by no change of the session', async () => {
    for (let n = 0; n < 3; n += 1) await guess(grace);
    await grace.signOut();
    env.advance(60);
    grace = await portal.signedIn(GRACE);
    expect((await guess(grace)).body.error).toMatchObject({ closed: 'kind' });
    env.advance(300);
    expect(said(await right(grace))).toBe('200');
    for (let n = 0; n < 3; n += 1) expect((await guess(grace)).body.error).toMatchObject({ triesLeft: 3 - n });
  });

  test('on a day are notified by email, once, for all kinds', async () => {
    const emails = async () => {
      await portal.app.services.outbox.flush();
      return (await env.emails(GRACE)).filter(({ text }) => text.includes('many wrong codes')).length;
    };
    for (let n = 0; n < 7; n += 1) {
      if (n === 4) env.advance(301);
      await guess(grace);
    }
    expect(await emails()).toBe(0);
    await guess(grace);
    const told = await emails();
    expect(told).toBeGreaterThan(0);
    env.advance(HOUR);
    grace = await portal.signedIn(GRACE);
    for (let n = 0; n < 8; n += 1) {
      if (n === 4) env.advance(301);
      await guess(grace);
      await guess(grace, okta, 'OKTA');
    }
    expect(await emails()).toBe(told);
  });
});

test('[B2] no code is sent that could not be used', async () => {
  await fresh();
  const margaret = await portal.signedIn(MARGARET);
  const sms = await findId(margaret, 'sms');
  await verify(margaret, sms, {});
  const wrong = otherThan(await codeSent(env, MARGARET));
  for (let n = 0; n < 4; n += 1) await verify(margaret, sms, { passCode: wrong });
  env.advance(60);
  await env.takeRequests();
  expect((await verify(margaret, sms, {})).body.error).toMatchObject({ code: 'too_many_attempts', closed: 'kind' });
  expect((await env.takeRequests()).filter(({ method }) => method === 'POST')).toEqual([]);
});

describe('[B1] a hundred wrong codes without a right one', () => {
  let grace: Visitor;
  beforeEach(async () => {
    grace = await fresh();
    const row = {
      user_id: await userIdOf(GRACE),
      kind: 'totp',
      misses: 99,
      missed_at: env.clock.now() - 2 * DAY * 1000,
    };
    await portal.store.insertInto('wrong_code_counts').values(row).execute();
  });
  const CLOSED = { closed: 'kind', signIn: '/auth/step-up?purpose=codes%3Atotp&returnTo=%2F' };

  test('block the kind until a step-up at Okta that is as strong as the kind; time or a password does not unblock it', async () => {
    expect((await guess(grace)).body.error).toMatchObject(CLOSED);
    env.advance(30 * DAY);
    grace = await portal.signedIn(GRACE);
    env.advance(5);
    expect((await grace.stepUp('codes', GRACE)).url.pathname).toBe('/done');
    expect((await right(grace)).body.error).toMatchObject(CLOSED);
    expect(said(await right(grace, okta, 'OKTA'))).toBe('200');
    env.advance(31);
    expect((await grace.stepUp('codes:totp', GRACE, () => env.code(GRACE, 'OKTA'))).url.pathname).toBe('/done');
    env.advance(31);
    expect(said(await right(grace))).toBe('200');
  });

  test('a step-up at Okta does not reset the day’s count', async () => {
    for (let n = 0; n < 12; n += 1) {
      if (n === 1) await portal.store.updateTable('wrong_code_counts').set({ misses: 1 }).execute();
      if (n === 4) env.advance(300);
      if (n === 8) env.advance(HOUR);
      grace = await portal.signedIn(GRACE);
      await guess(grace);
    }
    env.advance(31);
    grace = await portal.signedIn(GRACE);
    expect((await grace.stepUp('codes:totp', GRACE, () => env.code(GRACE, 'OKTA'))).url.pathname).toBe('/done');
    env.advance(31);
    await env.takeRequests();
    expect((await right(grace)).body.error).toMatchObject({ closed: 'kind', retryAt: expect.any(String) });
    expect(await attemptsCounted(google)).toBe(0);
  });
});

test('[B2] one secret belongs to one kind: a kind is listed as it was enrolled, and every verified pair has one', () => {
  const owner = { login: 'x', email: 'x@example.com', orgName: 'x' };
  const enrolled = factorKinds.filter((kind) => kinds[kind].enroll);
  for (const kind of enrolled) {
    const more = kind === 'okta-verify' ? { method: 'totp' } : {};
    const { body } = kinds[kind].enroll!({ kind, ...more } as never, owner) as {
      body: { factorType: string; provider: string };
    };
    expect([kind, getKind(body)]).toEqual([kind, kind]);
  }
  expect(enrolled.length).toBeGreaterThan(6);
  const pairs = factorKinds.flatMap((kind) =>
    kinds[kind].wire.map(({ factorType, provider }) => ({ factorType, provider, kind })),
  );
  for (const { kind, ...pair } of pairs) expect([pair, getKind(pair)]).toEqual([pair, kind]);
  for (const { factorType } of pairs.filter(({ provider }) => provider === '*'))
    expect(new Set(pairs.filter((one) => one.factorType === factorType).map(({ kind }) => kind)).size).toBe(1);
  expect(getVerification({ factorType: 'token:software:totp', provider: 'SOMEBODY' })).toBeNull();
});

test('the day is sliding: a thirteenth waits until the first of the twelve is a day old', () => {
  const times = Array.from({ length: 12 }, (_, n) => n * 3_600_000);
  expect(closedUntil(times)).toBe(DAY * 1000);
  expect(closedUntil([...times, DAY * 1000])).toBe(DAY * 1000 + 3_600_000);
  expect([closedUntil([0, 1, 2, DAY * 1000]), closedUntil([0, 1, 2, DAY * 1000 - 1])]).toEqual([
    0,
    DAY * 1000 - 1 + 300_000,
  ]);
});
