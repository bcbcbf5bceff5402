import { beforeEach, describe, expect, test } from 'vitest';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';
import { createAttempts } from './attempts.ts';
import { createSealer } from '../../platform/store/secrets.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const consumed = () => portal.store.selectFrom('consumed_tokens').selectAll().execute();
const attemptsOf = ({ jar }: Visitor) => [...jar.keys()].filter((key) => key.includes('-attempt-'));
/** Bytes of the browser's `Cookie` header. */
const weightOf = ({ jar }: Visitor) =>
  [...jar].map(([key, { value }]) => key.split(' ')[0]!.length + value.length + 3).reduce((sum, one) => sum + one, 0);

async function refused(visitor: Visitor, callback: URL): Promise<void> {
  const reply = await visitor.step(callback);
  expect([reply.status, visitor.token()]).toEqual([400, undefined]);
  expect(await portal.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
}

async function comesIn(visitor: Visitor, callback: URL): Promise<void> {
  expect((await visitor.step(callback)).status).toBe(302);
  expect(visitor.token()).toBeDefined();
}

/** Another portal answers, like behind a load balancer. */
const throughAnother = ({ app }: Portal, jar: Iterable<[string, { value: string }]>, { pathname, search }: URL) => {
  const cookie = [...jar].map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ');
  return app.fastify.inject({ url: pathname + search, headers: { cookie, accept: 'text/html' } });
};

/** Stops before the callback. */
const broughtBack = async (visitor: Visitor, login = ADA, returnTo = '/') =>
  visitor.password(await visitor.begin(`/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`), login);

test('[S1] starting a sign-in writes nothing, however often', async () => {
  const written = () =>
    [...portal.statements.values()].filter(({ sql }) => /^(?:insert|update|delete)/i.test(sql)).map(({ runs }) => runs);
  const before = written();
  for (let n = 0; n < 30; n += 1) {
    const reply = await portal.visitor().step('/auth/sign-in?returnTo=%2Fsessions');
    expect([reply.status, reply.cookies.length]).toEqual([302, 1]);
  }
  expect(written()).toEqual(before);
});

describe('[S1] the cookie of an attempt', () => {
  test('works once, on every portal of a store', async () => {
    const visitor = portal.visitor();
    const callback = await broughtBack(visitor);
    const kept = [...visitor.jar];
    await comesIn(visitor, callback);
    await portal.store.deleteFrom('sessions').execute();
    visitor.jar.clear();
    for (const [name, cookie] of kept) visitor.jar.set(name, cookie);
    await refused(visitor, callback);
    const other = await env.another({ app: { store: portal.store }, settings: { baseUrl: portal.base } });
    expect((await throughAnother(other, kept, callback)).statusCode).toBe(400);
    expect(await consumed()).toHaveLength(1);
  });

  test('works for ten minutes by the clock', async () => {
    const [early, late] = [portal.visitor(), portal.visitor()];
    const [one, two] = [await early.begin(), await late.begin()];
    env.advance(599);
    await comesIn(early, await early.password(one, ADA));
    await portal.store.deleteFrom('sessions').execute();
    env.advance(1);
    await refused(late, await late.password(two, ADA));
  });

  test('is refused with a changed character, which does not consume it', async () => {
    const visitor = portal.visitor();
    const callback = await broughtBack(visitor);
    const [name] = attemptsOf(visitor);
    const right = visitor.jar.get(name!)!;
    const alter = (at: number) =>
      `${right.value.slice(0, at)}${right.value[at] === 'A' ? 'E' : 'A'}${right.value.slice(at + 1)}`;
    const altered = Array.from({ length: 30 }, (_, n) => alter(Math.floor((n * right.value.length) / 31)));
    for (const value of [...altered, right.value.slice(0, -4), '', 'x']) {
      visitor.jar.set(name!, { ...right, value });
      await refused(visitor, callback);
    }
    expect(await consumed()).toEqual([]);
    visitor.jar.set(name!, right);
    await comesIn(visitor, callback);
  });

  test('belongs to its tab: swapped between two both are refused, and swapped back both work', async () => {
    const visitor = portal.visitor();
    const one = await visitor.begin('/auth/sign-in?returnTo=%2Fone');
    const two = await visitor.begin('/auth/sign-in?returnTo=%2Ftwo');
    const callback = await visitor.password(one, ADA);
    const [first, second] = attemptsOf(visitor);
    const [a, b] = [visitor.jar.get(first!)!, visitor.jar.get(second!)!];
    visitor.jar.set(first!, b).set(second!, a);
    await refused(visitor, callback);
    expect(await consumed()).toEqual([]);
    visitor.jar.set(first!, a).set(second!, b);
    expect((await visitor.open(callback)).url.pathname).toBe('/one');
    expect((await visitor.open(await visitor.password(two, ADA))).url.pathname).toBe('/two');
  });

  test('is refused in another browser, or when another portal sealed it', async () => {
    const [ours, theirs] = [portal.visitor(), portal.visitor()];
    const callback = await broughtBack(ours);
    await theirs.begin();
    await refused(theirs, callback);
    const [name] = attemptsOf(ours);
    const right = ours.jar.get(name!)!;
    const state = callback.searchParams.get('state')!;
    const pending = { state, nonce: 'n', codeVerifier: 'v', returnTo: '/', startedAt: env.clock.now(), stepUp: null };
    const forged = createSealer(['another secret of thirty-two bytes']).seal(
      JSON.stringify(pending),
      `sign-in attempt ${state.slice(0, 16)}`,
    );
    ours.jar.set(name!, { ...right, value: forged });
    await refused(ours, callback);
    ours.jar.set(name!, right);
    await comesIn(ours, callback);
  });

  test('is refused without the secret that sealed it, and works after a rotation', async () => {
    const visitor = portal.visitor();
    const callback = await broughtBack(visitor);
    const [old, fresh] = ['a secret of thirty-two bytes or more', 'a new secret of thirty-two bytes'];
    for (const [secrets, status] of [
      [[fresh], 400],
      [[fresh, old], 302],
    ] as const) {
      const other = await env.another({
        app: { store: portal.store, sealer: createSealer(secrets) },
        settings: { baseUrl: portal.base },
      });
      expect((await throughAnother(other, visitor.jar, callback)).statusCode).toBe(status);
    }
  });

  test('is of one state, and of none that only begins like it', () => {
    const attempts = createAttempts(portal.store, env.clock, createSealer(['a secret of thirty-two bytes for this']));
    const state = 's'.repeat(43);
    const pending = {
      state,
      nonce: 'n',
      codeVerifier: 'v',
      newSince: null,
      returnTo: '/',
      stepUp: null,
      endOthers: false,
    };
    const sealed = attempts.seal({ ...pending, startedAt: env.clock.now() });
    expect(attempts.open(`${'s'.repeat(42)}t`, sealed)).toBeNull();
    expect(attempts.open(state, sealed)).toMatchObject(pending);
  });

  test('is over when an older version of the portal asked for a step-up that this one does not know', () => {
    const open = (purpose: string) => {
      const secret = createSealer(['a secret of thirty-two bytes for this']);
      const attempts = createAttempts(portal.store, env.clock, secret);
      const state = `${purpose}-${'s'.repeat(43)}`;
      const stepUp = { sessionId: 's', userId: 'u', purpose: purpose as 'sessions', strength: 0, acr: null };
      const sealed = attempts.seal({
        ...{ state, nonce: 'n', codeVerifier: 'v', newSince: null, endOthers: false },
        ...{ returnTo: '/', startedAt: env.clock.now(), stepUp },
      });
      return attempts.open(state, sealed);
    };
    expect(open('sessions')).toMatchObject({ stepUp: { purpose: 'sessions' } });
    expect(open('end-sessions')).toBeNull();
  });

  test('fits into a browser’s limit, whatever the return address', async () => {
    for (const length of [1, 900, 1000, 1001, 1999, 2001, 9000]) {
      const reply = await portal
        .visitor()
        .step(`/auth/sign-in?returnTo=%2F${'%C3%A4'.repeat(Math.min(length, 600))}${'a'.repeat(length)}`);
      expect(reply.status).toBe(302);
      expect(Buffer.byteLength(reply.cookies[0]!)).toBeLessThan(2500);
    }
    const grace = await portal.signedIn(GRACE);
    const stepUp = await grace.step(`/auth/step-up?purpose=enroll%3Atotp&returnTo=%2F${'a'.repeat(999)}`);
    expect(Buffer.byteLength(stepUp.cookies[0]!)).toBeLessThan(2500);
  });
});

test('[S1] many attempts of one browser do not fill its headers: the newest eight work, older ones are removed', async () => {
  const visitor = portal.visitor();
  for (let n = 0; n < 60; n += 1) {
    expect((await visitor.step(`/auth/sign-in?returnTo=%2F${n}`)).status).toBe(302);
    env.advance(1);
  }
  expect(attemptsOf(visitor)).toHaveLength(8);
  expect(weightOf(visitor)).toBeLessThan(8_000);
  for (let n = 0; n < 30; n += 1) await visitor.step(`/auth/sign-in?returnTo=%2F${'a'.repeat(990)}`);
  expect(weightOf(visitor)).toBeLessThan(8_000);
  for (const name of attemptsOf(visitor)) visitor.jar.set(name, { value: 'rubbish', path: '/' });
  const callback = await broughtBack(visitor);
  expect(attemptsOf(visitor)).toHaveLength(1);
  await comesIn(visitor, callback);
});

test('[S1] only callbacks of genuine attempts grow the table of consumed attempts, which is pruned', async () => {
  const stubOptions = portal.visitor();
  for (let n = 0; n < 20; n += 1) await stubOptions.step(`/auth/callback?state=${'s'.repeat(42)}${n}&code=c`);
  expect(await consumed()).toEqual([]);
  for (let n = 0; n < 3; n += 1) {
    const visitor = portal.visitor();
    await comesIn(visitor, await broughtBack(visitor));
  }
  expect(await consumed()).toHaveLength(3);
  env.advance(600);
  await pruneEnded(portal.store, env.clock);
  expect(await consumed()).toEqual([]);
});
