import type { Settings } from '#contract/endpoints.ts';
import type { ResetAnswer, ResetBody } from '#contract/helpdesk.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import { correlationOf } from '../../../records/audit-log/audit-log.ts';
import { judgeFailure } from '../../../platform/errors/api-errors.ts';
import { change, read } from '../../../http/policies.ts';
import { personInPath } from '../access/subjects.ts';
import { assertNotFrozen } from '../freezes/assert-not-frozen.ts';
import type { AuthorizedOperation, HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { assertNoneFrozen } from '../freezes/freezes.ts';
import type { OpenActs } from '../acts/open-acts.ts';
import { DECIDE_MS, type ApprovalRequest, type Approvals } from '../approvals/approvals.ts';
import { templatesOf } from '../../../records/notifications/templates/templates.ts';
import { callerSeen, consequencesOf } from './what-approvers-see.ts';
import type { KnownNames } from '../search/known-names.ts';
import type { Resets } from './resets.ts';
import { carryOut, type CarryOutNeeds } from './carry-out.ts';
import { notVerified, prepareReset, purposeOfPlan, type PrepareNeeds } from './prepare-reset.ts';
import { presentChoice, resetAuditDetails, whyOf } from './reset-choice.ts';
import { consumeOwnStepUp } from '../access/consume-own-step-up.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';

type Reset = HelpdeskContext<'resetMethods'> | HelpdeskContext<'unfreeze'>;

type Needs = CarryOutNeeds &
  PrepareNeeds & {
    helpdeskServices: { approvals: Approvals; names: KnownNames; openActs: OpenActs; resets: Resets };
    stepUps: StepUps;
    settings: Settings;
    baseUrl: string;
  };

/** Returns the function that puts the email to the approvers into the outbox. Nothing can be decided by its link. */
function emailOf(
  { outbox, settings, baseUrl, clock }: Needs,
  { helpdesk }: AuthorizedOperation,
  { agent, person, ticket, unfreeze }: ApprovalRequest,
) {
  const text = templatesOf().approvalWaits({
    orgName: settings.orgName,
    agent: agent.name,
    person: person.name,
    ticket,
    unfreezes: unfreeze !== null,
    until: clock.now() + DECIDE_MS,
    approvalsUrl: `${baseUrl}/helpdesk/approvals`,
  });
  return outbox.enqueue({ addresses: helpdesk.settings.approverEmail, ...text });
}

/**
 * Resets methods or unfreezes a person, at once or by a request to an approver.
 * @param unfreezes whether the operation ends the person's freeze
 */
async function act(services: Needs, context: Reset, unfreezes: boolean): Promise<ResetAnswer> {
  const { helpdeskServices, auditLog, callerVerifications, stepUps } = services;
  const { session, actor, person: agent, authorized } = context;
  const { person } = authorized.target;
  const prepared = await prepareReset(services, context, unfreezes);
  const { reason, ticket, note, methods, freeze, factorIds, targets, all, caller, codeTo, approvalReasons } = prepared;
  // Whoever decides on what waits would otherwise decide on something that is no longer so.
  await helpdeskServices.approvals.assertNoneWaits(person.id);
  // A key's touch confirms one plan. It is looked for first: what a person did for this reset is used for it.
  const purposes = [...(unfreezes ? [] : [purposeOfPlan(context, prepared)]), `helpdesk:${person.id}`];
  const consumed = await consumeOwnStepUp(services, context, ...purposes);
  if (caller && !(await callerVerifications.consume(session.user_id, person.id, caller.id))) {
    await stepUps.restore(consumed);
    throw notVerified('not_verified');
  }
  const correlationId = correlationOf(actor)!;
  const id = helpdeskServices.resets.newId();
  const callerVerification = caller && `${caller.type}:${caller.id}`;
  const auditDetails = { subject: person.id, why: whyOf({ reason, note }), ticket, callerVerification };
  try {
    await helpdeskServices.openActs.change(session.user_id, person.id, correlationId);
    if (approvalReasons.length === 0) {
      const about = { ...auditDetails, ...resetAuditDetails(all, targets, { reason, note }) };
      const reset = { id, factorIds, targets, agent: agent.name, codeTo, freeze };
      return await carryOut(services, authorized, methods, reset, {
        by: actor,
        requester: actor,
        about,
        approvalId: null,
      });
    }
    const requested = {
      agent: { id: agent.id, name: agent.name, login: agent.login },
      person: { id: person.id, name: person.name, login: person.login },
      factorIds: all ? ('all' as const) : targets.map((one) => one.id),
      methods: presentChoice(targets),
      reason,
      ticket,
      note,
      callerVerification,
      callerVerificationType: caller?.type ?? null,
      caller: callerSeen(caller, methods, targets, reason, services.clock.now()),
      consequences: consequencesOf(prepared, person.addresses),
      approvalReasons,
      unfreeze: freeze && freeze.requestedAt,
      correlationId,
    };
    const outcome = { outcome: 'success', reason: `${auditDetails.why} (${approvalReasons.join(', ')})` } as const;
    await auditLog.event(actor, { ...auditDetails, event: 'helpdesk.approval.request' }, outcome, async (step) => {
      await lockPeople(step, session.user_id, person.id);
      await assertNoneFrozen(step, [session.user_id, freeze ? null : person.id]);
      await helpdeskServices.approvals.assertNoneWaits(person.id, step);
      await helpdeskServices.approvals.request(id, requested, step);
      return emailOf(services, authorized, requested)(step);
    });
    void services.outbox.flush();
    const [approval] = await helpdeskServices.approvals.present(
      [(await helpdeskServices.approvals.find(id))!],
      authorized.staff,
    );
    return { status: 'waiting', approval: approval! };
  } catch (error) {
    if (judgeFailure(error).outcome === 'failure' && !(await helpdeskServices.resets.stands(id))) {
      await stepUps.restore(consumed);
      if (caller) await callerVerifications.restore(caller.id);
    }
    throw error;
  }
}

/** A change belongs to the act of the caller verification that it uses. */
const actOfReset = async (
  { session, params, body }: Pick<Reset, 'session' | 'params' | 'body'>,
  { helpdeskServices: { openActs } }: { helpdeskServices: { openActs: OpenActs } },
): Promise<string | null> =>
  (await openActs.ofVerification(body.callerVerificationId, session.user_id)) ??
  openActs.ofWork(session.user_id, params.userId);

/** Returns the operation of the policy that a reset needs, by its body. */
const resetOf = (factorIds: ResetBody['factorIds']) => (factorIds === 'all' ? 'resetAll' : 'resetOne');

/**
 * The endpoints of an agent's resets. They check the requirements one by one, each with its own error. Then they run
 * the reset or ask an approver. Resets are counted by agent, so a lock serialises an agent's concurrent resets.
 */
export const resetRows = {
  resetMethods: {
    ...change('user.mfa.factor.reset', { who: 'agent' }),
    locksAgent: true,
    subject: personInPath,
    correlation: actOfReset,
    operations: ({ body }) => [resetOf(body.factorIds)],
    async handler(context: HelpdeskContext<'resetMethods'>, services: Needs) {
      const { person } = context.authorized.target;
      await assertNotFrozen(services, person.id);
      await services.helpdeskServices.names.note(person);
      return act(services, context, false);
    },
  },

  // A key's touch that is asked for with this purpose is the agent's step-up, and confirms this reset and no other.
  planReset: {
    ...read,
    who: 'agent',
    limit: 'code',
    subject: personInPath,
    correlation: actOfReset,
    operations: ({ body }) => [resetOf(body.factorIds)],
    async handler(context: HelpdeskContext<'planReset'>, services: PrepareNeeds) {
      await assertNotFrozen(services, context.authorized.target.person.id);
      return { purpose: purposeOfPlan(context, await prepareReset(services, context, false)) };
    },
  },

  unfreeze: {
    ...change('user.account.unfreeze', { who: 'staff' }),
    locksAgent: true,
    subject: personInPath,
    correlation: actOfReset,
    operations: ({ body: { factorIds } }) =>
      factorIds === undefined ? ['unfreeze'] : ['unfreeze', resetOf(factorIds)],
    async handler(context: HelpdeskContext<'unfreeze'>, services: Needs) {
      await services.helpdeskServices.names.note(context.authorized.target.person);
      return act(services, context, true);
    },
  },
} satisfies HelpdeskRows<'resetMethods' | 'planReset' | 'unfreeze'>;
