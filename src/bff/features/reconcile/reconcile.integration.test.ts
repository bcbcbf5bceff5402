import { beforeEach, expect, test } from 'vitest';
import { personId } from '../helpdesk/testing/helpdesk-fixture.ts';
import { codeSent } from '#testing/security-methods.ts';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';

const env = await testEnv();
let portal: Portal;
let ada: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  ada = await portal.signedIn(ADA);
});

const ENROLL = 'POST /api/v1/users/*/factors';
const QUESTION = { body: { kind: 'question', question: 'disliked_food', answer: 'turnips' } };
const SMS = { body: { kind: 'sms', phoneNumber: '+15550100123' } };
const lost = (match: string) => env.fault({ match, cut: 'after' });
const ends = async () => {
  const rows = await portal.store
    .selectFrom('audit_log')
    .select(['event', 'outcome', 'factor_id'])
    .where('type', '!=', 'intent')
    .where('kind', 'is not', null)
    .orderBy('seq')
    .execute();
  return rows.map(({ event, outcome }) => `${event.replace('user.mfa.factor.', '')} ${outcome}`);
};
const methods = async () => (await ada.call('listFactors')).body.factors as { id: string; status: string }[];
const emails = async (what: string) => {
  await portal.app.services.outbox.flush();
  return (await env.emails(ADA)).filter(({ text }) => text.includes(what)).length;
};

test('finds a method that was active at once and whose answer was lost, and notifies once', async () => {
  await lost(ENROLL);
  expect(said(await ada.call('enrollFactor', {}, QUESTION))).toBe('502 org_error');
  expect(await portal.app.reconcile()).toBe(1);
  expect([await portal.app.reconcile(), await ends(), await emails('Security question was added')]).toEqual([
    0,
    ['enroll success', 'activate success'],
    2,
  ]);
  expect(await verifyAuditLog(portal.store)).toBeNull();
});

test('reconciles a change from before the clock was set back at once, without claiming what it cannot know', async () => {
  await lost(ENROLL);
  await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
  // As if the portal's clock had been an hour ahead until now.
  const ahead = 3_600_000;
  await portal.store
    .updateTable('open_intents')
    .set(({ eb }) => ({ at: eb('at', '+', ahead) }))
    .execute();
  await portal.store
    .updateTable('audit_log')
    .set(({ eb }) => ({ at: eb('at', '+', ahead) }))
    .where('type', '=', 'intent')
    .execute();
  expect(await portal.app.reconcile()).toBe(1);
  expect(await ends()).toEqual(['enroll unknown']);
});

test('records a failure for a change that never happened', async () => {
  await env.fault({ match: ENROLL, cut: 'before' });
  await ada.call('enrollFactor', {}, QUESTION);
  await portal.app.reconcile();
  expect([await ends(), await emails('was added')]).toEqual([['enroll failure'], 0]);
});

test('does not wait for a person whom the org does not know any more', async () => {
  await lost(ENROLL);
  await ada.call('enrollFactor', {}, QUESTION);
  const gone = { errorCode: 'E0000007', errorSummary: 'Not found: Resource not found' };
  await env.fault({ match: 'GET /api/v1/users/*/factors', times: 2, status: 404, body: gone });
  expect([await portal.app.reconcile(), await ends()]).toEqual([1, ['enroll unknown']]);
});

test('finds a text message’s factor that got its new id in a lost answer', async () => {
  const { factor } = (await ada.call('enrollFactor', {}, SMS)).body;
  const passCode = await codeSent(env, ADA);
  await lost('POST /api/v1/users/*/factors/*/lifecycle/activate');
  expect(said(await ada.call('activateFactor', { factorId: factor.id }, { body: { passCode } }))).toBe('502 org_error');
  expect(await portal.app.reconcile()).toBe(1);
  const [now] = await methods();
  expect([now!.status, now!.id === factor.id]).toEqual(['ACTIVE', false]);
  const [row] = await portal.auditRows({ event: 'user.mfa.factor.activate', type: 'outcome' }, 'factor_id', 'outcome');
  expect(row).toEqual({ factor_id: now!.id, outcome: 'success' });
  expect(await emails('Text message (•••• 0123) was added')).toBe(2);
  // The right code stays counted as wrong, because its answer was lost (ADR 0015).
  const counted = await portal.store.selectFrom('lockout_misses').select('misses').execute();
  expect(counted).toEqual([{ misses: 1 }]);
});

test('a repeat of a lost activation is recorded once and told once, whichever of the two happened', async () => {
  const { factor, activation } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body;
  expect(activation.sharedSecret).toBeTruthy();
  const activate = async () =>
    said(await ada.call('activateFactor', { factorId: factor.id }, { body: { passCode: await env.code(ADA) } }));
  // The first two activations fail before they reach Okta.
  await env.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', cut: 'before', times: 2 });
  expect([await activate(), await activate(), await activate()]).toEqual(['502 org_error', '502 org_error', '200']);
  expect(await portal.app.reconcile()).toBe(2);
  expect(await ends()).toEqual(['enroll success', 'activate success', 'activate failure', 'activate failure']);
  expect(await emails('Authenticator app was added')).toBe(2);
});

const ACTIVATE = 'POST /api/v1/users/*/factors/*/lifecycle/activate';
const begin = async () => {
  await portal.stepUp(ada, 'enroll:totp', 4);
  return (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor.id as string;
};
const activate = async (factorId: string) =>
  said(await ada.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA) } }));
const remove = async (factorId: string) => {
  await portal.stepUp(ada, `remove:${factorId}`, 4);
  return said(await ada.call('deleteFactor', { factorId }));
};

test('does not give an activation that never arrived the success of another one', async () => {
  const first = await begin();
  await env.fault({ match: ACTIVATE, cut: 'before' });
  expect([await activate(first), await remove(first)]).toEqual(['502 org_error', '204']);
  const second = await begin();
  expect(await activate(second)).toBe('200');
  expect(await portal.app.reconcile()).toBe(1);
  const rows = await portal.auditRows({ event: 'user.mfa.factor.activate', type: 'outcome' }, 'factor_id', 'outcome');
  expect(rows).toEqual([
    { factor_id: second, outcome: 'success' },
    { factor_id: first, outcome: 'failure' },
  ]);
  expect(await emails('was added')).toBe(2);
});

test('does not give an activation that never arrived the one of an app that was added elsewhere', async () => {
  const first = await begin();
  await env.fault({ match: ACTIVATE, cut: 'before' });
  expect(await activate(first)).toBe('502 org_error');
  const { userFactorApi } = portal.okta;
  const userId = await personId(portal, ADA);
  await userFactorApi.deleteFactor({ userId, factorId: first });
  const made = await userFactorApi.enrollFactor({
    userId,
    body: { factorType: 'token:software:totp', provider: 'GOOGLE' },
  });
  await userFactorApi.activateFactor({ userId, factorId: made.id, body: { passCode: await env.code(ADA) } });
  expect(await portal.app.reconcile()).toBe(1);
  expect([await ends(), await emails('was added')]).toEqual([['enroll success', 'activate failure'], 0]);
});

test('does not give a removal that never arrived the success of another one', async () => {
  const factorId = await begin();
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'before' });
  expect([await remove(factorId), await remove(factorId)]).toEqual(['502 org_error', '204']);
  expect(await portal.app.reconcile()).toBe(1);
  expect(await ends()).toEqual(['enroll success', 'deactivate success', 'deactivate failure']);
});

test('tells of an activation whose method was removed since', async () => {
  await ada.call('enrollFactor', {}, QUESTION);
  const factorId = await begin();
  await lost(ACTIVATE);
  expect([await activate(factorId), await remove(factorId)]).toEqual(['502 org_error', '204']);
  expect(await portal.app.reconcile()).toBe(1);
  const all = ['enroll success', 'activate success', 'enroll success', 'deactivate success', 'activate success'];
  expect(await ends()).toEqual(all);
  expect([await emails('app was added'), await emails('app was removed')]).toEqual([2, 2]);
});

test('records unknown for a message, once, without calling the org', async () => {
  const { factor } = (await ada.call('enrollFactor', {}, SMS)).body;
  env.advance(30);
  await lost('POST /api/v1/users/*/factors/*/resend');
  expect(said(await ada.call('resendFactor', { factorId: factor.id }))).toBe('502 org_error');
  await env.takeRequests();
  expect(await portal.app.reconcile()).toBe(1);
  expect([await portal.app.reconcile(), await env.takeRequests(), await ends()]).toEqual([
    0,
    [],
    ['enroll success', 'resend unknown'],
  ]);
});

/** `seconds`: how far the portal's clock is ahead of the emulator's. */
async function apart(seconds: number): Promise<void> {
  const { clock } = env;
  const fromWire = (epochSeconds: number) => clock.fromWire(epochSeconds) + seconds * 1000;
  portal = await env.fresh({ app: { clock: { ...clock, now: () => clock.now() + seconds * 1000, fromWire } } });
  ada = await portal.signedIn(ADA);
}

test('finds a factor made after our intent when our clock is ahead of the org’s', async () => {
  await apart(90);
  await lost(ENROLL);
  expect(said(await ada.call('enrollFactor', {}, QUESTION))).toBe('502 org_error');
  expect(await portal.app.reconcile()).toBe(1);
  expect([await ends(), await emails('Security question was added')]).toEqual([
    ['enroll success', 'activate success'],
    2,
  ]);
});

test('does not take a factor made before our intent for its result when our clock is behind the org’s', async () => {
  await apart(-90);
  const begun = (await ada.call('enrollFactor', {}, SMS)).body.factor;
  env.advance(60);
  await env.fault({ match: ENROLL, cut: 'before' });
  await ada.call('enrollFactor', {}, { body: { ...SMS.body, startOver: true } });
  await portal.app.reconcile();
  expect([begun.status, await ends()]).toEqual(['PENDING_ACTIVATION', ['enroll success', 'enroll failure']]);
});
