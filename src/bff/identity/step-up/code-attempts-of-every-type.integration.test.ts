import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent, findId, withKey } from '#testing/security-methods.ts';
import { GRACE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';

const otherThan = (code: string, n = 1) =>
  String((Number(code) + n * 1709) % 10 ** code.length).padStart(code.length, '0');
const fullWidth = (code: string) =>
  code.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

/** How many answers reached Okta. `sendLimit`: how many of the calls are challenges. */
const attemptsCounted = async (sendLimit = 0) =>
  (await env.takeRequests()).filter(({ path, method }) => method === 'POST' && /\/(?:verify|activate)$/.test(path))
    .length - sendLimit;
const verify = (who: Visitor, factorId: string, body: object) => who.call('verifyFactor', { factorId }, { body });
const tally = (replies: Reply[]) =>
  Object.fromEntries(
    [...new Set(replies.map(said))]
      .toSorted()
      .map((one) => [one, replies.filter((reply) => said(reply) === one).length]),
  );
const status = async (login: string) => {
  const found = await fetch(`${env.emulator.url}/api/v1/users/${login}`, {
    headers: { authorization: `SSWS ${env.emulator.apiToken}` },
  });
  return ((await found.json()) as { status: string }).status;
};

describe('one right code in fifty concurrent requests', () => {
  test.each(['totp', 'sms', 'email'] as const)('%s: one success', async (kind) => {
    const login = kind === 'totp' ? GRACE : MARGARET;
    const whos = await Promise.all([1, 2, 3].map(() => portal.signedIn(login)));
    const factorId = await findId(whos[0]!, kind);
    if (kind !== 'totp') await verify(whos[0]!, factorId, {});
    const passCode = kind === 'totp' ? await env.code(login) : await codeSent(env, login);
    await env.takeRequests();
    const purpose = `remove:${factorId}`;
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        verify(whos[n % 3]!, factorId, { passCode: n % 2 ? passCode : fullWidth(passCode), purpose }),
      ),
    );
    expect(tally(replies)['200']).toBe(1);
    expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toHaveLength(1);
    expect(await attemptsCounted()).toBeLessThanOrEqual(5);
    expect(await status(login)).toBe('ACTIVE');
  });
});

test('[B1] of two hundred concurrent guesses, by every type and in three sessions, four reach the org, and nobody is locked', async () => {
  const whos = await Promise.all([1, 2, 3].map(() => portal.signedIn(MARGARET)));
  const [first] = whos as [Visitor];
  const ids = await Promise.all((['sms', 'call', 'email', 'question'] as const).map((kind) => findId(first, kind)));
  for (const id of ids.slice(0, 3)) await verify(first, id, {});
  const right = await codeSent(env, MARGARET);
  await env.takeRequests();
  const guess = (n: number) => {
    if (n % 4 === 3) return { answer: `guess ${n}` };
    // The code of a call has five digits.
    const passCode = otherThan(n % 4 === 1 ? right.slice(1) : right, n);
    return { passCode: n % 8 === 2 ? fullWidth(passCode) : passCode };
  };
  const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => verify(whos[n % 3]!, ids[n % 4]!, guess(n))));
  expect(tally(replies)).toEqual({ '403 wrong_code': 3, '429 too_many_attempts': 197 });
  expect(await attemptsCounted()).toBe(4);
  expect(await status(MARGARET)).toBe('ACTIVE');
  expect(said(await verify(first, ids[3]!, { answer: 'lunar lander' }))).toBe('429 too_many_attempts');
  expect(await attemptsCounted()).toBe(0);
});

test('[B2] another message, notation, session or type resets nothing', async () => {
  const margaret = await portal.signedIn(MARGARET);
  const sms = await findId(margaret, 'sms');
  const question = await findId(margaret, 'question');
  await verify(margaret, sms, {});
  const wrong = otherThan(await codeSent(env, MARGARET));
  const left: unknown[] = [];
  const miss = async (who: Visitor, id: string, body: object) =>
    left.push((await verify(who, id, body)).body.error.triesLeft ?? 'closed');
  await miss(margaret, sms, { passCode: ` ${wrong.slice(0, 3)} ${wrong.slice(3)}` });
  env.advance(31);
  expect(said(await verify(margaret, sms, {}))).toBe('200');
  await miss(margaret, sms, { passCode: fullWidth(otherThan(await codeSent(env, MARGARET))) });
  const other = await portal.signedIn(MARGARET);
  await miss(other, question, { answer: 'pong' });
  await margaret.signOut();
  await miss(other, sms, { passCode: otherThan(await codeSent(env, MARGARET)), purpose: `remove:${sms}` });
  expect(left).toEqual([3, 2, 1, 'closed']);
  env.advance(31);
  const right = await codeSent(env, MARGARET);
  await env.takeRequests();
  expect(said(await verify(other, sms, {}))).toBe('429 too_many_attempts');
  expect(said(await verify(other, sms, { passCode: right }))).toBe('429 too_many_attempts');
  expect(await attemptsCounted()).toBe(0);
  expect(await status(MARGARET)).toBe('ACTIVE');
});

test('input that cannot be a code or an answer costs no try', async () => {
  const margaret = await portal.signedIn(MARGARET);
  const [sms, question] = [await findId(margaret, 'sms'), await findId(margaret, 'question')];
  await env.takeRequests();
  for (const passCode of ['', '1234', '12345678901', 'abcdef', '12345a', '１２', '\u0000123456'])
    expect([passCode, said(await verify(margaret, sms, { passCode }))]).toEqual([passCode, '400 bad_request']);
  for (const answer of ['', '   ', 'x'.repeat(101)])
    expect([answer, said(await verify(margaret, question, { answer }))]).toEqual([answer, '400 bad_request']);
  expect(await attemptsCounted()).toBe(0);
  expect((await verify(margaret, question, { answer: 'pong' })).body.error).toMatchObject({ triesLeft: 3 });
});

test('[B1] wrong signatures of a key count like wrong codes, with one error for all, and lock nobody', async () => {
  const { factorId, key } = await withKey(env, portal, GRACE);
  const grace = await portal.signedIn(GRACE);
  const challenge = async () => (await verify(grace, factorId, {})).body.challenge.options.challenge as string;
  const tamperings = [
    { challenge: 'AAAAAAAAAAAAAAAAAAAA' },
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
  ];
  const shapes = new Set();
  for (const [n, tampering] of tamperings.entries()) {
    const reply = await verify(grace, factorId, key.assert(await challenge(), tampering));
    expect(reply.body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 - n });
    shapes.add(Object.keys(reply.body.error).join());
  }
  expect(shapes.size).toBe(1);
  const used = await challenge();
  expect(said(await verify(grace, factorId, key.assert(used, { type: 'webauthn.create' })))).toBe(
    '429 too_many_attempts',
  );
  await env.takeRequests();
  expect(said(await verify(grace, factorId, key.assert(used)))).toBe('429 too_many_attempts');
  expect(await attemptsCounted()).toBe(0);
  expect(await status(GRACE)).toBe('ACTIVE');
});

test('a signature works once, and only for the person whose key made it', async () => {
  const { factorId, key } = await withKey(env, portal, GRACE);
  const grace = await portal.signedIn(GRACE);
  const { challenge } = (await verify(grace, factorId, {})).body.challenge.options;
  const signed = key.assert(challenge);
  const margaret = await portal.signedIn(MARGARET);
  expect(said(await verify(margaret, factorId, signed))).toBe('404 not_found');
  expect(said(await verify(grace, factorId, signed))).toBe('200');
  expect(said(await verify(grace, factorId, signed))).toBe('403 wrong_code');
});
