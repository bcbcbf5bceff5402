import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { afterOktaAnswers, endLeases } from '#testing/requests/after-okta-answers.ts';
import { randomBytes } from 'node:crypto';
import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { approve, signInAgent } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';

const env = await testEnv();
let portal: Portal;
let other: Portal;
beforeEach(async () => {
  portal = await env.fresh();
  other = await env.another({ app: { store: portal.store } });
});

const elsewhere = AsyncLocalStorage.snapshot();
const newKey = () => randomBytes(16).toString('hex');
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
const TOTP = { body: { kind: 'totp' } };
const ENROLL = 'POST /api/v1/users/*/factors';
const changes = async () => (await env.takeRequests()).filter(({ method }) => method !== 'GET').length;
const rowsOf = async (event: AuditEvent) => {
  const rows = portal.store.selectFrom('audit_log').select(['type', 'outcome']).where('event', '=', event);
  return (await rows.orderBy('seq').execute()).map(({ type, outcome }) => `${type} ${outcome}`);
};
/** The same browser at another portal. */
const at = (where: Portal, visitor: Visitor): Visitor => {
  const again = where.visitor();
  again.plant(visitor.token()!);
  return again;
};

describe('a repeat with the same key', () => {
  test('[U5] at another portal waits for the first, and gets what it made', async () => {
    const ada = await portal.signedIn(ADA);
    const key = newKey();
    await env.takeRequests();
    await env.fault({ match: ENROLL, delayMs: 1500 });
    const first = ada.call('enrollFactor', {}, { ...TOTP, ...keyed(key) });
    await expect.poll(() => rowsOf('user.mfa.factor.enroll')).toEqual(['intent null']);
    const second = await at(other, ada).call('enrollFactor', {}, { ...TOTP, ...keyed(key) });
    const made = await first;
    expect([said(made), said(second)]).toEqual(['201', '409 open_elsewhere']);
    expect(second.body.error.factorId).toBe(made.body.factor.id);
    expect(second.text).not.toContain(made.body.activation.sharedSecret);
    expect(await changes()).toBe(1);
  });

  test('reads the list once, however many changes of the person have no outcome', async () => {
    const ada = await portal.signedIn(ADA);
    const { id: factorId } = (await ada.call('enrollFactor', {}, TOTP)).body.factor;
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'before', times: 1000 });
    const key = newKey();
    for (const one of [key, newKey(), newKey(), newKey()]) await ada.call('deleteFactor', { factorId }, keyed(one));
    await env.clearFaults();
    env.advance(13);
    await env.fault({ match: 'GET /api/v1/users/*/factors', status: 500, times: 1000 });
    await env.takeRequests();
    expect(said(await ada.call('deleteFactor', { factorId }, keyed(key)))).toBe('409 outcome_unknown');
    const lists = (await env.takeRequests()).filter(({ path }) => path.endsWith('/factors'));
    expect(lists).toHaveLength(1);
  });

  test('of a removal is answered as the first was, though the step-up was consumed', async () => {
    const grace = await portal.signedIn(GRACE);
    const factorId = await findId(grace, 'totp');
    const body = { passCode: await env.nextCode(GRACE), purpose: `remove:${factorId}` };
    expect(said(await grace.call('verifyFactor', { factorId }, { body }))).toBe('200');
    const key = newKey();
    await env.takeRequests();
    expect(said(await grace.call('deleteFactor', { factorId }, keyed(key)))).toBe('204');
    expect(said(await at(other, grace).call('deleteFactor', { factorId }, keyed(key)))).toBe('204');
    expect(await changes()).toBe(1);
    expect(await rowsOf('user.mfa.factor.deactivate')).toEqual(['intent null', 'outcome success']);
    expect(said(await grace.call('deleteFactor', { factorId }, keyed(newKey())))).toBe('404 not_found');
  });

  test('has one row, also where no call to Okta is made', async () => {
    const grace = await portal.signedIn(GRACE);
    const factorId = await findId(grace, 'totp');
    const name = () => grace.call('nameFactor', { factorId }, { body: { name: 'mine' }, ...keyed('n'.repeat(32)) });
    expect([said(await name()), said(await name())]).toEqual(['200', '409 already_done']);
    expect(await rowsOf('user.mfa.factor.rename')).toEqual(['event success']);
    const freeze = () => grace.call('freezeMyself', {}, keyed('f'.repeat(32)));
    expect(said(await freeze())).toBe('204');
    expect(await rowsOf('user.account.freeze')).toHaveLength(1);
  });

  test('by staff resets, decides, and reports once', async () => {
    const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
    const [margaret, grace] = [await personId(portal, MARGARET), await personId(portal, GRACE)];
    const twice = async (send: () => Promise<Reply>): Promise<Reply[]> => [await send(), await send()];
    const callerVerificationId = await hedy.verified(grace);
    await hedy.stepUp(`helpdesk:${grace}`);
    const body = { factorIds: 'all', reason: 'lost', ticket: 'INC-1', callerVerificationId };
    const resets = await twice(() =>
      hedy.visitor.call('resetMethods', { userId: grace }, { body, ...keyed('r'.repeat(32)) }),
    );
    expect(resets.map(said)).toEqual(['200', '409 already_done']);
    expect(await rowsOf('user.mfa.factor.reset_all')).toEqual(['intent null', 'outcome success']);

    const report = { body: { signs: ['claimed_it'] }, ...keyed('m'.repeat(32)) };
    const reports = await twice(() => hedy.visitor.call('reportCall', { userId: grace }, report));
    expect(reports.map(said)).toEqual(['201', '409 already_done']);
    expect(await portal.store.selectFrom('attack_signs').select('times').execute()).toEqual([{ times: 1 }]);

    await hedy.stepUp(`helpdesk:${margaret}`);
    const asked = await hedy.requestReset(margaret, {
      callerVerificationId: await hedy.verified(margaret, 'call-back'),
    });
    const id = asked.body.approval.id as string;
    expect(said(await approve(annie, id))).toBe('200');
    expect((await approve(annie, id)).status).toBe(409);
  });

  test('[U5] hears that nobody knows, until the reconciliation does; what nobody can finish is begun anew', async () => {
    other = await env.another({ app: { store: portal.store, reconcileGraceMs: 12_000 } });
    const ada = await portal.signedIn(ADA);
    const key = newKey();
    const enroll = (who = ada) => who.call('enrollFactor', {}, { ...TOTP, ...keyed(key) });
    // The portal loses its locks after Okta's answer, so it writes no outcome.
    const end = afterOktaAnswers(portal, () => endLeases(portal));
    await env.takeRequests();
    expect(said(await enroll())).toBe('504 org_timeout');
    end();
    expect(said(await enroll(at(other, ada)))).toBe('409 outcome_unknown');
    env.advance(13);
    expect(await elsewhere(() => other.app.reconcile())).toBe(1);
    expect(said(await enroll(at(other, ada)))).toBe('201');
    const again = await enroll(at(other, ada));
    expect([said(again), again.body.error.factorId]).toEqual(['409 open_elsewhere', await findId(ada, 'totp')]);
    expect(await changes()).toBe(2);
  });

  test.each([
    ['before', ['intent null', 'outcome failure', 'intent null', 'outcome success']],
    ['after', ['intent null', 'outcome success']],
  ] as const)('[U5] of a removal that was cut %s Okta acted reads what became of it', async (cut, rows) => {
    other = await env.another({ app: { store: portal.store, reconcileGraceMs: 12_000 } });
    const grace = await portal.signedIn(GRACE);
    const factorId = await findId(grace, 'totp');
    const body = { passCode: await env.nextCode(GRACE), purpose: `remove:${factorId}` };
    expect(said(await grace.call('verifyFactor', { factorId }, { body }))).toBe('200');
    const key = newKey();
    const remove = (who: Visitor) => who.call('deleteFactor', { factorId }, keyed(key));
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut });
    expect(said(await remove(grace))).toBe('502 org_error');
    expect(said(await remove(at(other, grace)))).toBe('409 outcome_unknown');
    env.advance(13);
    expect(said(await remove(at(other, grace)))).toBe('204');
    expect(await rowsOf('user.mfa.factor.deactivate')).toEqual(rows);
  });

  test('of a removal that never arrived keeps its step-up, whichever factor of the method it names', async () => {
    other = await env.another({ app: { store: portal.store, reconcileGraceMs: 12_000 } });
    const evelyn = await portal.signedIn('evelyn@example.com');
    const factors = await portal.okta.userFactorApi.listFactors({
      userId: await personId(portal, 'evelyn@example.com'),
    });
    const { id: factorId } = factors.find(({ id }) => id.startsWith('ost'))!;
    expect(await findId(evelyn, 'okta-verify')).not.toBe(factorId);
    await portal.stepUp(evelyn, `remove:${factorId}`, 4);
    const key = newKey();
    const remove = (who: Visitor) => who.call('deleteFactor', { factorId }, keyed(key));
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'before' });
    expect(said(await remove(evelyn))).toBe('502 org_error');
    env.advance(13);
    expect(said(await remove(at(other, evelyn)))).toBe('204');
  });

  test('runs anew when the change did not happen, or was refused', async () => {
    const ada = await portal.signedIn(ADA);
    const key = newKey();
    await env.fault({ match: ENROLL, status: 429 });
    const enroll = () => ada.call('enrollFactor', {}, { ...TOTP, ...keyed(key) });
    expect([said(await enroll()), said(await enroll())]).toEqual(['429 busy', '201']);
    const grace = await portal.signedIn(GRACE);
    const factorId = await findId(grace, 'totp');
    const remove = () => grace.call('deleteFactor', { factorId }, keyed(key));
    expect(said(await remove())).toBe('403 step_up_required');
    const body = { passCode: await env.nextCode(GRACE), purpose: `remove:${factorId}` };
    await grace.call('verifyFactor', { factorId }, { body });
    expect(said(await remove())).toBe('204');
  });

  test('but for something else is refused, and the key of another person is another key', async () => {
    const [ada, katherine] = [await portal.signedIn(ADA), await portal.signedIn(KATHERINE)];
    const key = newKey();
    expect(said(await ada.call('enrollFactor', {}, { ...TOTP, ...keyed(key) }))).toBe('201');
    const otherBody = { body: { kind: 'question', question: 'disliked_food', answer: 'mussels' }, ...keyed(key) };
    expect(said(await ada.call('enrollFactor', {}, otherBody))).toBe('409 conflict');
    expect(said(await ada.call('endOtherSessions', {}, keyed(key)))).toMatch(/^409 conflict|^403/);
    expect(said(await katherine.call('enrollFactor', {}, { ...TOTP, ...keyed(key) }))).toBe('201');
    // Another session of the person learns that the method exists, but gets no secret.
    const second = await portal.signedIn(ADA);
    const again = await second.call('enrollFactor', {}, { ...TOTP, ...keyed(key) });
    expect(said(again)).toBe('409 already_enrolled');
    expect(again.text).not.toContain('sharedSecret');
  });

  test('[F13] is found by hashes only', async () => {
    const ada = await portal.signedIn(ADA);
    const key = newKey();
    const body = { kind: 'question', question: 'disliked_food', answer: 'mussels with chips' };
    await ada.call('enrollFactor', {}, { body, ...keyed(key) });
    const rows = JSON.stringify(await portal.store.selectFrom('repeats').selectAll().execute());
    expect(rows).toContain('request_hash');
    for (const secret of [key, 'mussels']) expect(rows).not.toContain(secret);
  });
});
