import { afterOktaAnswers, endLeases } from '#testing/requests/after-okta-answers.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, expect, test } from 'vitest';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';

const env = await testEnv();
/** With one store, like two replicas. */
let portal: Portal;
let other: Portal;
let ada: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  other = await env.another({ app: { store: portal.store } });
  ada = await portal.signedIn(ADA);
});

/** Leaves the scope of the present request, like another replica. */
const elsewhere = AsyncLocalStorage.snapshot();

const TOTP = { body: { kind: 'totp' } };
const ENROLL = 'POST /api/v1/users/*/factors';
const rows = async () => {
  const all = await portal.auditRows({ event: 'user.mfa.factor.enroll' }, 'type', 'outcome', 'reason');
  return all.map(({ type, outcome, reason }) => [type, outcome, reason].filter(Boolean).join(' '));
};
const enrolls = async () => (await env.takeRequests()).filter(({ method }) => method === 'POST').length;
/** As if the lock's holder had paused too long. */
const takeLease = () => endLeases(portal);

/** Runs `work` after the intent of an enrollment, before Okta is called. */
function beforeTheCall(work: () => Promise<unknown>): void {
  const { services } = portal.app;
  const { getPersonFactors } = services;
  services.getPersonFactors = Object.assign(
    ((userId: string, context: never) => {
      const factors = getPersonFactors(userId, context);
      return {
        ...factors,
        enroll: async (...args: Parameters<typeof factors.enroll>) => {
          await work();
          return factors.enroll(...args);
        },
      };
    }) as typeof getPersonFactors,
    getPersonFactors,
  );
}

test('no replica reconciles a change that another still runs', async () => {
  const reconciled: number[] = [];
  beforeTheCall(async () => {
    for (const one of [other, portal]) reconciled.push(await elsewhere(() => one.app.reconcile()));
  });
  expect(said(await ada.call('enrollFactor', {}, TOTP))).toBe('201');
  expect(reconciled).toEqual([0, 0]);
  expect(await rows()).toEqual(['intent', 'outcome success']);
});

test('a request that lost its lock before the intent says busy and calls nothing', async () => {
  const { repeats } = portal.app.services;
  const { findDone } = repeats;
  repeats.findDone = async (...args) => {
    await takeLease();
    return findDone(...args);
  };
  await env.takeRequests();
  const headers = { 'idempotency-key': 'a-key-of-this-test-0123456789abcdefghijkl' };
  expect(said(await ada.call('enrollFactor', {}, { ...TOTP, headers }))).toBe('429 busy');
  expect([await rows(), await enrolls()]).toEqual([[], 0]);
});

test('a lease that ran out gives no intent either, though nobody else took it', async () => {
  const { repeats } = portal.app.services;
  repeats.findDone = async () => (env.advance(30), null);
  const headers = { 'idempotency-key': 'a-key-of-this-test-0123456789abcdefghijkl' };
  // The request's deadline of 25 s has passed, too.
  expect(said(await ada.call('enrollFactor', {}, { ...TOTP, headers }))).toMatch(/429 busy|504 org_timeout/);
  expect(await rows()).toEqual([]);
});

test('an outcome that another replica found meanwhile is left alone, and the answer stands', async () => {
  afterOktaAnswers(portal, async () => {
    // This process pauses: the lease ends, and the other replica finds the outcome.
    await takeLease();
    expect(await elsewhere(() => other.app.reconcile())).toBe(1);
  });
  expect(said(await ada.call('enrollFactor', {}, TOTP))).toBe('201');
  expect(await rows()).toEqual(['intent', 'outcome success reconciled']);
  expect(await verifyAuditLog(portal.store)).toBeNull();
});

test('an outcome that nobody found yet stays open for the reconciliation', async () => {
  const end = afterOktaAnswers(portal, takeLease);
  expect(said(await ada.call('enrollFactor', {}, TOTP))).toBe('504 org_timeout');
  expect(await rows()).toEqual(['intent']);
  end();
  expect(await other.app.reconcile()).toBe(1);
  expect(await rows()).toEqual(['intent', 'outcome success reconciled']);
});

test('two replicas that reconcile at once write one outcome', async () => {
  await env.fault({ match: ENROLL, cut: 'after' });
  expect(said(await ada.call('enrollFactor', {}, TOTP))).toBe('502 org_error');
  const counts = await Promise.all([portal, other, portal, other].map((one) => one.app.reconcile()));
  expect(counts.reduce((sum, count) => sum + count)).toBe(1);
  expect(await rows()).toEqual(['intent', 'outcome success reconciled']);
});
