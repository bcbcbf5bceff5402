import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent, findId, withKey, withPush } from '#testing/security-methods.ts';
import { HEDY, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let margaret: Visitor;
let ids: Record<'sms' | 'call' | 'email', string>;
beforeEach(async () => {
  portal = await env.fresh();
  margaret = await portal.signedIn(MARGARET);
  ids = {
    sms: await findId(margaret, 'sms'),
    call: await findId(margaret, 'call'),
    email: await findId(margaret, 'email'),
  };
  await env.takeRequests();
});

const ask = (factorId: string, who = margaret, body: object = {}) => who.call('verifyFactor', { factorId }, { body });
/** The requests that send a message or verify a code. */
const seen = async () =>
  (await env.takeRequests()).filter(({ path, method }) => method === 'POST' && path.endsWith('/verify')).length;
const after = (seconds: number) => new Date(env.clock.now() + seconds * 1000).toISOString();
const sendLimit = async () =>
  (await portal.auditRows({ event: 'user.mfa.factor.challenge' }, 'type', 'outcome', 'reason')).map(
    ({ type, outcome, reason }) => [type, outcome, reason].filter(Boolean).join(' '),
  );

describe('one number or address, a moment later', () => {
  test.each([
    ['sms', 30, []],
    ['call', 30, []],
    // Only Okta refuses an early email, so the refusal is in the audit log.
    ['email', 5, ['intent', 'outcome failure E0000118']],
  ] as const)('%s: a second message within %i s is not sent, and says when it can be', async (kind, seconds, more) => {
    const first = await ask(ids[kind]);
    expect(first.body.challenge.sent.resendAt).toBe(after(seconds));
    const messages = (await env.emails(MARGARET)).length;
    const second = await ask(ids[kind]);
    expect([said(second), second.body.error.retryAt, second.headers['retry-after']]).toEqual([
      '429 sent_too_soon',
      after(seconds),
      String(seconds),
    ]);
    expect(await env.emails(MARGARET)).toHaveLength(messages);
    expect(await sendLimit()).toEqual(['intent', 'outcome success', ...more]);
    env.advance(seconds);
    expect(said(await ask(ids[kind]))).toBe('200');
  });

  test('does not count what was not sent', async () => {
    await ask(ids.email);
    for (let n = 0; n < 8; n += 1) expect(said(await ask(ids.email))).toBe('429 sent_too_soon');
    expect(await seen()).toBe(9);
    for (const kind of ['call', 'sms'] as const) expect(said(await ask(ids[kind]))).toBe('200');
  });
});

describe('five messages in five minutes, then none', () => {
  async function five(): Promise<Visitor> {
    const other = await portal.signedIn(MARGARET);
    for (const [n, kind] of (['sms', 'call', 'email', 'sms', 'email'] as const).entries()) {
      expect(
        said(await ask(ids[kind], n % 2 ? other : margaret, n === 2 ? { purpose: `remove:${ids.email}` } : {})),
      ).toBe('200');
      env.advance(31);
    }
    await env.takeRequests();
    return other;
  }

  test('[B5] for any method, purpose and session; the org does not get a sixth', async () => {
    const other = await five();
    const third = await portal.signedIn(MARGARET);
    await margaret.signOut();
    const retryAt = after(300 - 5 * 31);
    for (const who of [other, third]) {
      for (const factorId of Object.values(ids)) {
        const reply = await ask(factorId, who);
        expect([said(reply), reply.body.error.retryAt]).toEqual(['429 sent_too_soon', retryAt]);
      }
    }
    expect(await seen()).toBe(0);
    const refused = await portal.auditRows({ event: 'access.refused', reason: 'verifyFactor: sent_too_soon' });
    expect(refused).toHaveLength(6);
    expect(said(await ask(ids.email, third, { passCode: await codeSent(env, MARGARET) }))).toBe('200');
    env.advance(300 - 5 * 31);
    expect(said(await ask(ids.sms, third))).toBe('200');
    expect(said(await ask(ids.call, third))).toBe('429 sent_too_soon');
  });

  test('also after a restart, and by another portal on the store', async () => {
    await five();
    const again = await env.another({ app: { store: portal.store } });
    const there = await again.signedIn(MARGARET);
    expect(said(await ask(ids.sms, there))).toBe('429 sent_too_soon');
    expect(await seen()).toBe(0);
  });

  test('also for thirty concurrent requests', async () => {
    const others = await Promise.all([portal.signedIn(MARGARET), portal.signedIn(MARGARET)]);
    await ask(ids.sms);
    await ask(ids.call);
    env.advance(31);
    await env.takeRequests();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, n) => ask(Object.values(ids)[n % 3]!, [margaret, ...others][n % 3])),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(new Set(replies.map(said))).toEqual(new Set(['200', '429 sent_too_soon']));
    const messages = (await env.emails(MARGARET)).filter(({ code }) => code !== null);
    expect(messages).toHaveLength(5);
  });

  test('counts pushes, per person', async () => {
    const factorId = await withPush(env, HEDY);
    const hedy = await portal.signedIn(HEDY);
    for (let n = 0; n < 5; n += 1) expect(said(await ask(factorId, hedy))).toBe('200');
    expect(said(await ask(factorId, hedy))).toBe('429 sent_too_soon');
    expect(await env.simulator('GET', `/pushes?user=${HEDY}`)).toHaveLength(1);
    expect(said(await ask(ids.sms))).toBe('200');
  });

  test('does not count challenges of a security key, which send nothing', async () => {
    const { factorId } = await withKey(env, portal, HEDY);
    const hedy = await portal.signedIn(HEDY);
    for (let n = 0; n < 8; n += 1) expect(said(await ask(factorId, hedy))).toBe('200');
  });

  test('counts the person’s enrollments, resends and links too', async () => {
    const { user_id: userId } = await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow();
    const { auditLog, messages: limit } = portal.app.services;
    const actor = { userId, address: '', agent: '', requestId: '' };
    const change = (event: string, kind: string, subject = userId) =>
      auditLog.change(actor, { event: event as never, subject, kind }, async () => null, {
        classify: () => ({ outcome: 'failure', reason: 'internal' }),
      });
    for (const [event, kind] of [
      ['enroll', 'totp'],
      ['activate', 'sms'],
      ['deactivate', 'sms'],
      ['cancel', 'okta-verify'],
    ])
      await change(`user.mfa.factor.${event}`, kind!);
    for (const [event, kind] of [
      ['enroll', 'sms'],
      ['resend', 'call'],
      ['send_link', 'okta-verify'],
      ['challenge', 'email'],
    ])
      await change(`user.mfa.factor.${event}`, kind!);
    await change('user.mfa.factor.challenge', 'sms', '00uAAAAAAAAAAAAAA5d7');
    await expect(limit.assertMaySend(userId)).resolves.toBeUndefined();
    await change('user.mfa.factor.enroll', 'email');
    await expect(limit.assertMaySend(userId)).rejects.toMatchObject({ code: 'sent_too_soon' });
  });
});

test('a clock that was set back does not lengthen the limit', async () => {
  const { user_id: userId } = await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow();
  const { messages: limit } = portal.app.services;
  env.advance(600);
  const again = await portal.signedIn(MARGARET);
  for (const kind of ['sms', 'call', 'email', 'sms', 'call'] as const) {
    env.advance(31);
    expect(said(await ask(ids[kind], again))).toBe('200');
  }
  await expect(limit.assertMaySend(userId)).rejects.toMatchObject({ code: 'sent_too_soon' });
  env.clock.reset();
  await expect(limit.assertMaySend(userId)).resolves.toBeUndefined();
});

test.each([{ status: 500 }, { cut: 'after' as const }])(
  'a message without the org’s answer (%j) is sent once, and counts',
  async (fault) => {
    await env.fault({ match: 'POST /api/v1/users/*/factors/*/verify', times: 9, ...fault });
    expect((await ask(ids.sms)).status).toBeGreaterThanOrEqual(500);
    expect(await seen()).toBe(1);
    await portal.app.reconcile();
    expect(await sendLimit()).toEqual(['intent', 'outcome unknown reconciled']);
  },
);

test.each([{ factorResult: 'SUCCESS' }, { factorResult: 'WAITING' }, {}, '<html>'])(
  'an org that answers the request for a code with %j gives no step-up',
  async (body) => {
    await env.fault({ match: 'POST /api/v1/users/*/factors/*/verify', status: 200, body });
    expect(said(await ask(ids.sms, margaret, { purpose: `remove:${ids.sms}` }))).toBe('502 org_error');
    expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toEqual([]);
  },
);
