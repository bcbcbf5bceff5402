import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Approval } from '#contract/helpdesk.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { allLost, answerPush, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, type PortalOptions } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, freezeByLink, signInAgent, type SignedInStaff, startVerification } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo } from '../testing/helpdesk-fixture.ts';
import { annie, env, google, grace, hedy, openDesk, portal, rule, signInStaff } from '../testing/desk.ts';

const DAY = 24 * 3600;
let push: string;

/** Grace has an old push method. */
const setUp = (options?: PortalOptions) =>
  openDesk(options, async () => {
    push = await withPush(env, GRACE);
    env.advance(30 * DAY);
  });
beforeEach(() => setUp());

/** Deletes the sign of attack, which would need an approver for a day. */
async function freeze(who = GRACE): Promise<void> {
  await (await portal.signedIn(who)).call('freezeMyself');
  await portal.store.deleteFrom('attack_signs').execute();
}
/** A repeated freeze by a session would withdraw no requests, so this freezes by a link. */
async function freezeAgain(): Promise<void> {
  await freezeByLink(portal, grace);
  await portal.store.deleteFrom('attack_signs').execute();
}
const frozen = async (userId = grace) => (await portal.app.services.helpdeskServices.frozenAt(userId)) !== null;
const rows = (event: AuditEvent) => portal.auditRows({ event, type: ['event', 'outcome'] });
/** Returns the id of a caller verification by push. */
async function called(reason = 'lost', factorIds: string[] = []): Promise<string> {
  const begun = await hedy.visitor.call(
    'startCallerVerification',
    { userId: grace },
    { body: { type: 'push', factorId: push, choice: { factorIds, reason } } },
  );
  await answerPush(env, GRACE, 'approve', begun.body.number as number);
  env.advance(4);
  expect((await hedy.visitor.call('pollCallerVerification', { userId: grace, id: begun.body.id })).body.status).toBe(
    'verified',
  );
  return begun.body.id as string;
}
/** For each of the person's unfreezes, newest first: whether a reset must end before it. */
const resetsFirst = async (staff: SignedInStaff) =>
  ((await staff.visitor.call('listApprovals')).body.approvals as Approval[])
    .filter(({ operation }) => operation === 'unfreeze')
    .map(({ resetFirst }) => resetFirst);

test('[A8] unfreezing needs what a reset needs: each missing requirement has its own code, and the freeze stays', async () => {
  await freeze();
  const verification = await called('other');
  expect(
    rule(
      await hedy.visitor.call(
        'unfreeze',
        { userId: grace },
        { body: { ticket: 'INC-2', callerVerificationId: verification } },
      ),
    ),
  ).toBe('400 bad_request reason');
  expect(
    rule(
      await hedy.visitor.call(
        'unfreeze',
        { userId: grace },
        { body: { reason: 'other', callerVerificationId: verification } },
      ),
    ),
  ).toBe('400 ticket_required');
  expect(rule(await hedy.unfreeze(grace))).toBe('403 caller_verification_required none');
  const other = await signInAgent(portal, HEDY);
  expect(rule(await other.requestUnfreeze(grace, { callerVerificationId: verification, reason: 'other' }))).toBe(
    '403 step_up_required',
  );
  expect(await frozen()).toBe(true);
  // A frozen person's phone may be the thief's, so an approver is needed.
  const asked = (await hedy.requestUnfreeze(grace, { callerVerificationId: verification, reason: 'other' })).body;
  expect(asked.approval).toMatchObject({
    operation: 'unfreeze',
    methods: [],
    approvalReasons: ['unfreeze', 'same_phone'],
  });
  expect(await frozen()).toBe(true);
  expect((await approve(await signInAgent(portal, ANNIE), asked.approval.id)).body.status).toBe('done');
  expect(await frozen()).toBe(false);
  const [row] = await rows('user.account.unfreeze');
  expect(row).toMatchObject({
    actor: hedy.id,
    subject: grace,
    ticket: 'INC-2',
    caller_verification: `push:${verification}`,
    reason: 'other',
    outcome: 'success',
  });
  expect(rule(await hedy.unfreeze(grace, { note: 'again' }))).toBe('409 conflict not_frozen');
});

test('[A8] a caller who was verified for a reset agreed to no unfreeze', async () => {
  await freeze();
  const callerVerificationId = await called('other', [push]);
  expect(rule(await hedy.unfreeze(grace, { callerVerificationId, reason: 'other' }))).toBe(
    '403 caller_verification_required more_than_confirmed',
  );
});

test('[A8] the person’s own page, and methods added or changed within seven days before the freeze, verify nobody', async () => {
  const google_ = await google();
  const who = await portal.signedIn(GRACE);
  const verification = await hedy.verified(grace, 'own-session', { all: 1 });
  await who.call('freezeMyself');
  const view = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect(
    view.callerVerificationOptions.map(({ type, factorId }: { type: string; factorId: string }) => [type, factorId]),
  ).toEqual([['push', push]]);
  expect(view.suspects).not.toContain(google_);
  const begin = (body: object) => hedy.visitor.call('startCallerVerification', { userId: grace }, { body });
  expect(rule(await begin({ type: 'own-session', choice: allLost }))).toBe('403 out_of_policy not_while_frozen');
  // A verification from before the freeze is refused, and so is an answer on the person's own page.
  expect(rule(await hedy.unfreeze(grace, { callerVerificationId: verification }))).toBe(
    '403 caller_verification_required not_verified',
  );
  expect(
    rule(await hedy.unfreeze(grace, { callerVerificationId: await hedy.verified(grace, 'own-session', { all: 1 }) })),
  ).toBe('403 caller_verification_required not_while_frozen');
  expect(await frozen()).toBe(true);
});

test('[A8] a push enrolled within the week before the freeze is listed, and refused for every use', async () => {
  await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: push });
  push = await withPush(env, GRACE);
  env.advance(6 * DAY);
  await signInStaff();
  await freeze();
  const view = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect(view.callerVerificationOptions).toEqual([]);
  expect(view.suspects).toHaveLength(1);
  expect(rule(await startVerification(hedy.visitor, grace, { type: 'push', factorId: push }))).toBe(
    '403 out_of_policy not_while_frozen',
  );
  // The seven days are counted back from the first request of the freeze, so the push stays suspect.
  env.advance(2 * DAY);
  await signInStaff();
  await freeze();
  expect((await hedy.visitor.call('getPerson', { userId: grace })).body.suspects).toHaveLength(1);
});

test('[A8] without a verified caller an approver decides, and another freeze withdraws the request', async () => {
  await freeze();
  const requestReset = async () => (await hedy.unfreeze(grace, { note: 'stands in front of me' })).body.approval;
  const asked = await requestReset();
  expect(asked).toMatchObject({
    status: 'waiting',
    operation: 'unfreeze',
    methods: [],
    approvalReasons: ['unfreeze', 'not_verified'],
  });
  // The older request must not end the newer freeze.
  await freezeAgain();
  expect(rule(await approve(annie, asked.id))).toBe('409 conflict withdrawn');
  expect(await frozen()).toBe(true);
  const again = await requestReset();
  expect(said(await approve(hedy, again.id))).toMatch(/^403/);
  expect((await approve(annie, again.id)).body).toMatchObject({ status: 'done', operation: 'unfreeze' });
  expect(await frozen()).toBe(false);
  expect(await rows('user.account.unfreeze')).toMatchObject([{ actor: hedy.id, approver: annie.id, ticket: 'INC-2' }]);
});

test('[A8] a method from shortly before the freeze stays only if an approver agrees, however old the freeze is', async () => {
  const body = { factorType: 'question', provider: 'OKTA', profile: { question: 'disliked_food', answer: 'beets' } };
  const { id } = await portal.okta.userFactorApi.enrollFactor({ userId: grace, body } as never);
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  // The deadline of the freeze's calls to Okta is measured by the test's clock.
  const pending = () => portal.store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').execute();
  await expect.poll(pending).toEqual([]);
  env.advance(25 * 3600);
  await signInStaff();
  const [seen, annie] = [
    (await hedy.visitor.call('getPerson', { userId: grace })).body,
    await signInAgent(portal, ANNIE),
  ];
  expect([seen.attackSigns, seen.suspects]).toEqual([[], [id]]);
  const { approval } = (await hedy.unfreeze(grace, { callerVerificationId: await called('other'), reason: 'other' }))
    .body;
  expect(approval).toMatchObject({ status: 'waiting', approvalReasons: ['unfreeze', 'same_phone', 'suspects_left'] });
  const [shown] = (await annie.visitor.call('listApprovals')).body.approvals;
  expect(shown.consequences.suspects).toEqual([{ kind: 'question', name: null }]);
  await annie.visitor.call('decideApproval', { id: approval.id }, { body: { decision: 'deny', reason: 'attack' } });
  expect(await frozen()).toBe(true);
  const reset = await hedy.reset(grace, {
    callerVerificationId: await called('replaced', [id]),
    reason: 'replaced',
    factorIds: [id],
  });
  expect((await approve(annie, reset.body.approval.id)).body).toMatchObject({ status: 'done' });
  expect(await frozen()).toBe(true);
});

test.each(['lost', 'other'] as const)(
  '[A8] a stolen phone ends no freeze: reason %s, a push, nothing to reset',
  async (reason) => {
    await freeze();
    const body = { type: 'push', factorId: push, choice: { factorIds: [], reason } };
    const begun = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body })).body;
    expect(begun).toMatchObject({ doubt: 'same_phone', needsApproval: true });
    await answerPush(env, GRACE, 'approve', begun.number as number);
    env.advance(4);
    await hedy.visitor.call('pollCallerVerification', { userId: grace, id: begun.id });
    const { approval } = (await hedy.unfreeze(grace, { callerVerificationId: begun.id, reason })).body;
    expect(approval).toMatchObject({ status: 'waiting', approvalReasons: ['unfreeze', 'same_phone'] });
    expect(await frozen()).toBe(true);
  },
);

test('[A8] a privileged person always needs an approver', async () => {
  await setUp({ app: { helpdesk: helpdeskOfDemo(env, { privilegedGroupIds: [env.emulator.groups.everyone] }) } });
  await freeze();
  expect(
    (await hedy.unfreeze(grace, { callerVerificationId: await called('other'), reason: 'other' })).body.approval,
  ).toMatchObject({
    approvalReasons: ['privileged', 'unfreeze', 'same_phone'],
    operation: 'unfreeze',
  });
  expect(await frozen()).toBe(true);
});

test('[A7] an agent’s freeze ends by an approver, and by a second one where nobody verified her', async () => {
  await freeze(HEDY);
  expect(rule(await annie.unfreeze(hedy.id))).toBe('403 caller_verification_required none');
  expect((await annie.unfreeze(hedy.id, { note: 'she stands here' })).body.approval).toMatchObject({
    approvalReasons: ['not_verified'],
    mine: false,
  });
  expect(said(await annie.reset(hedy.id))).toBe('403 out_of_policy');
  expect(await frozen(hedy.id)).toBe(true);
  expect(
    (await annie.unfreeze(hedy.id, { callerVerificationId: await annie.verified(hedy.id).catch(() => 'none') })).status,
  ).not.toBe(200);
});

test('[L5] notifies every address, also one that was removed within seven days before the freeze', async () => {
  await portal.app.services.addresses.record(grace, 'account', ['grace@example.com', 'old@example.com']);
  env.advance(2 * DAY);
  await signInStaff();
  await portal.app.services.users.read(grace);
  await freeze();
  const asked = await hedy.unfreeze(grace, { callerVerificationId: await called('other'), reason: 'other' });
  await approve(await signInAgent(portal, ANNIE), asked.body.approval.id);
  const shown = await portal.store
    .selectFrom('outbox')
    .select('address')
    .where('subject', 'like', '%unfrozen')
    .execute();
  expect(shown.map(({ address }) => address)).toEqual(expect.arrayContaining(['grace@example.com', 'old@example.com']));
});

describe('a reset and an unfreeze of a frozen person', () => {
  async function asked(): Promise<{ reset: string; unfreeze: string; app: string }> {
    const app = await google();
    const reset = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad', factorIds: [app] });
    const unfreeze = await hedy.unfreeze(grace, { note: 'abroad' });
    expect([reset, unfreeze].map(({ body }) => body.status)).toEqual(['waiting', 'waiting']);
    return { reset: reset.body.approval.id, unfreeze: unfreeze.body.approval.id, app };
  }

  test('[A8] wait together, each with its own approval; the unfreeze starts only when what it names is gone', async () => {
    await freeze();
    const ids = await asked();
    const { waitingApprovals } = (await hedy.visitor.call('getPerson', { userId: grace })).body;
    expect(waitingApprovals.map(({ operation }: { operation: string }) => operation).toSorted()).toEqual([
      'reset',
      'unfreeze',
    ]);
    expect(await resetsFirst(annie)).toEqual([true]);
    expect(rule(await approve(annie, ids.unfreeze))).toBe('409 conflict reset_first');
    expect((await approve(annie, ids.reset)).body).toMatchObject({ status: 'done', operation: 'reset' });
    expect(await frozen()).toBe(true);
    expect(await resetsFirst(annie)).toEqual([false]);
    expect((await approve(annie, ids.unfreeze)).body).toMatchObject({
      status: 'done',
      operation: 'unfreeze',
      methods: [],
    });
    expect(await frozen()).toBe(false);
    expect(
      (await portal.auditRows({ event: ['user.mfa.factor.reset', 'user.account.unfreeze'] })).map(
        ({ type, event }) => `${type} ${event}`,
      ),
    ).toEqual(['intent user.mfa.factor.reset', 'outcome user.mfa.factor.reset', 'event user.account.unfreeze']);
  });

  test('[A8] what a denied reset left keeps the freeze, until the unfreeze is asked for anew', async () => {
    await freeze();
    const ids = await asked();
    const body = { decision: 'deny', reason: 'other_methods' } as const;
    await annie.visitor.call('decideApproval', { id: ids.reset }, { body });
    expect(await resetsFirst(annie)).toEqual([true]);
    expect(rule(await approve(annie, ids.unfreeze))).toBe('409 conflict reset_first');
    expect(await frozen()).toBe(true);
    const anew = (await hedy.unfreeze(grace, { note: 'abroad' })).body.approval;
    expect((await resetsFirst(annie))[0]).toBe(false);
    expect((await approve(annie, anew.id)).body.status).toBe('done');
  });

  test('[A8] a reset that removed only some of its methods keeps it, on the page and at the decision', async () => {
    await freeze();
    const annie = await signInAgent(portal, ANNIE);
    const request = async (factorIds: string[]): Promise<string> =>
      (await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad', factorIds })).body.approval.id;
    const app = await google();
    const reset = await request([app, push]);
    const { approval } = (await hedy.unfreeze(grace, { note: 'abroad' })).body;
    await env.fault({ match: `DELETE /api/v1/users/*/factors/${push}`, times: 1, cut: 'before' });
    expect((await approve(annie, reset)).status).toBeGreaterThanOrEqual(400);
    await portal.app.reconcile();
    expect(await rows('user.mfa.factor.reset')).toMatchObject([{ reason: expect.stringContaining('1 of 2') }]);
    expect(await resetsFirst(annie)).toEqual([true]);
    expect(rule(await approve(annie, approval.id))).toBe('409 conflict reset_first');
    expect((await approve(annie, await request([push]))).body).toMatchObject({ status: 'done' });
    expect(await resetsFirst(annie)).toEqual([false]);
    expect((await approve(annie, approval.id)).body.status).toBe('done');
    expect(await frozen()).toBe(false);
  });

  test('[A8] another reset that waits or is on its way keeps it too', async () => {
    await freeze();
    const { approval } = (await hedy.unfreeze(grace, { note: 'abroad' })).body;
    const app = await google();
    const reset = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad', factorIds: [app] });
    expect(rule(await approve(annie, approval.id))).toBe('409 conflict reset_first');
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', times: 1, cut: 'after' });
    expect((await approve(annie, reset.body.approval.id)).status).toBeGreaterThanOrEqual(400);
    expect(await frozen()).toBe(true);
    expect(await resetsFirst(annie)).toEqual([true]);
    expect(rule(await approve(annie, approval.id))).toBe('409 conflict reset_first');
    await portal.app.reconcile();
    expect(await resetsFirst(annie)).toEqual([false]);
    expect((await approve(annie, approval.id)).body.status).toBe('done');
    expect(await frozen()).toBe(false);
  });

  test('[A9] a reset under the freeze ends none, and gives a code that works after the unfreeze', async () => {
    await freeze();
    const reset = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
    expect((await approve(annie, reset.body.approval.id)).body.status).toBe('done');
    expect(await frozen()).toBe(true);
    const code = await portal.store.selectFrom('recovery_codes').select('expires_at').execute();
    expect(code).toMatchObject([{ expires_at: env.clock.now() + DAY * 1000 }]);
  });

  test('[A8] a freeze that is requested again withdraws both', async () => {
    await freeze();
    const ids = await asked();
    await freezeAgain();
    for (const id of [ids.reset, ids.unfreeze]) expect(rule(await approve(annie, id))).toBe('409 conflict withdrawn');
    expect(await frozen()).toBe(true);
  });

  test('[A8] a reset whose outcome stays unknown keeps it no longer', async () => {
    await freeze();
    const app = await google();
    const reset = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad', factorIds: [app] });
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', times: 1, cut: 'before' });
    expect((await approve(annie, reset.body.approval.id)).status).toBeGreaterThanOrEqual(400);
    env.advance(25 * 3600);
    await env.fault({ match: 'GET /api/v1/users/*/factors', times: 1, status: 403 });
    await portal.app.reconcile();
    expect(await rows('user.mfa.factor.reset')).toMatchObject([{ outcome: 'unknown' }]);
    await signInStaff();
    const { approval } = (await hedy.unfreeze(grace, { note: 'abroad' })).body;
    expect(said(await approve(await signInAgent(portal, ANNIE), approval.id))).toBe('200');
    expect(await frozen()).toBe(false);
  });

  test('[A9] a reset of everything whose outcome stays unknown makes a code needed, and gives none', async () => {
    const reset = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
    await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', times: 1, cut: 'after' });
    expect((await approve(annie, reset.body.approval.id)).status).toBeGreaterThanOrEqual(400);
    env.advance(25 * 3600);
    await env.fault({ match: 'GET /api/v1/users/*/factors', times: 1, status: 403 });
    await portal.app.reconcile();
    const thief = await portal.signedIn(GRACE);
    const body = { kind: 'question', question: 'disliked_food', answer: 'beets' };
    expect(rule(await thief.call('enrollFactor', undefined, { body }))).toBe('403 recovery_code_required over');
  });

  test('[A8] a method that was added since the request keeps it: the approver has not seen it', async () => {
    await freeze();
    const { approval } = (await hedy.unfreeze(grace, { note: 'abroad' })).body;
    const body = { factorType: 'question', provider: 'OKTA', profile: { question: 'disliked_food', answer: 'beets' } };
    await portal.okta.userFactorApi.enrollFactor({ userId: grace, body } as never);
    expect(rule(await approve(await signInAgent(portal, ANNIE), approval.id))).toBe('409 conflict added');
    expect(await frozen()).toBe(true);
  });
});
