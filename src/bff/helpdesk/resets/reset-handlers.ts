import type { Settings } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer, ResetBody } from '#contract/helpdesk.ts';
import type { RecentChanges } from '../search/recent-changes.ts';
import type { StepUps } from '../../step-up/step-ups.ts';
import { correlationOf } from '../../audit-log/audit-log.ts';
import { judgeFailure } from '../../errors/api-errors.ts';
import type { SecurityMethod } from '../../factors/methods/security-methods.ts';
import { change } from '../../http/policies.ts';
import { personInPath } from '../access/subjects.ts';
import { assertNotFrozen } from '../freezes/assert-not-frozen.ts';
import type { AuthorizedOperation, HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { strictest, type Cell } from '../access/policy.ts';
import type { StoredCallerVerification, CallerVerifications } from '../caller-verification/caller-verifications.ts';
import { assertNoneFrozen } from '../freezes/freezes.ts';
import { assertCancelled } from '../freezes/cancel-enrollments.ts';
import { countsDespite, freezeWindowOf, type FreezeWindow } from '../freezes/freeze-window.ts';
import type { OpenActs } from '../acts/open-acts.ts';
import { DECIDE_MS, type ApprovalRequest, type Approvals } from '../approvals/approvals.ts';
import { templatesOf } from '../../notifications/templates/templates.ts';
import { callerSeen, consequencesOf } from './what-approvers-see.ts';
import type { KnownNames } from '../search/known-names.ts';
import { readUnreadPushes, type Following } from '../caller-verification/push-results.ts';
import type { Traces } from '../traces/traces.ts';
import type { ResetLimits } from './reset-limits.ts';
import type { Resets } from './resets.ts';
import { carryOut, type CarryOutNeeds } from './carry-out.ts';
import { chosen, leavesNothing, presentChoice, resetAuditDetails, whyOf } from './reset-choice.ts';
import { consumeOwnStepUp } from '../access/consume-own-step-up.ts';

type Reset = HelpdeskContext<'resetMethods'> | HelpdeskContext<'unfreeze'>;

type Needs = CarryOutNeeds &
  Following &
  Parameters<typeof freezeWindowOf>[0] & {
    helpdeskServices: {
      approvals: Approvals;
      limits: ResetLimits;
      names: KnownNames;
      openActs: OpenActs;
      resets: Resets;
      traces: Traces;
    };
    callerVerifications: CallerVerifications;
    stepUps: StepUps;
    recentChanges: RecentChanges;
    settings: Settings;
    baseUrl: string;
  };

const notVerified = (rule: string) => new ApiError('caller_verification_required', { rule });

/** Returns the ticket. Throws `ticket_required` unless the whole ticket matches the pattern. */
function assertTicket(ticket: string | undefined, pattern: string | null): string {
  if (ticket === undefined || (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(ticket))) {
    throw new ApiError('ticket_required');
  }
  return ticket;
}

/** Returns how the caller was verified, or null when there is a note instead. Throws `caller_verification_required`. */
async function callerOf(
  { callerVerifications }: Needs,
  { session, body, authorized: { helpdesk, target } }: Reset,
  methods: readonly SecurityMethod[],
  targets: readonly SecurityMethod[],
  freeze: FreezeWindow | null,
): Promise<StoredCallerVerification | null> {
  const { policy } = helpdesk.settings;
  if (body.callerVerificationId === undefined) {
    if (!policy.allowUnverified || !body.note) throw notVerified('none');
    return null;
  }
  const found = await callerVerifications.find(session.user_id, target.person.id, body.callerVerificationId);
  if (
    !found ||
    callerVerifications.present(found).status !== 'verified' ||
    !policy.callerVerificationTypes.includes(found.type)
  )
    throw notVerified('not_verified');
  if (freeze && !countsDespite(freeze, { type: found.type, factorId: found.factor_id }, methods))
    throw notVerified('not_while_frozen');
  // The caller's consent to one method covers no other method.
  if (!callerVerifications.covers(found, (body.factorIds ?? []) === 'all' ? 'all' : targets.map(({ id }) => id)))
    throw notVerified('more_than_confirmed');
  return found;
}

/** Returns the reasons why an approver must agree; empty when none must. */
async function reasonsFor(
  { recentChanges, helpdeskServices: { traces } }: Needs,
  { target, staff }: AuthorizedOperation,
  cell: Cell,
  caller: StoredCallerVerification | null,
  unreachable: boolean,
): Promise<string[]> {
  const { person } = target;
  const approvalReasons: [string, boolean][] = [
    ['privileged', cell.approval === 'always'],
    ['traces', await traces.bind(person.id, staff.userId)],
    ['second_reset', (await recentChanges.resetsWithinDay(person.id)) > 0],
    ['call_back', caller?.type === 'call-back'],
    ['not_verified', caller === null],
    ['no_channel', unreachable],
  ];
  return approvalReasons.flatMap(([why, holds]) => (holds ? [why] : []));
}

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
  const { session, body, actor, person: agent, authorized } = context;
  const { settings } = authorized.helpdesk;
  const { person } = authorized.target;
  await helpdeskServices.limits.assert(settings.policy.limits, session.user_id, person.id, false);
  const { reason } = body;
  if (reason === undefined) throw new ApiError('bad_request', { rule: 'reason' });
  const ticket = assertTicket(body.ticket, settings.ticketPattern);
  const { methods } = await authorized.securityMethods();
  const freeze = unfreezes ? await freezeWindowOf(services, person.id, methods) : null;
  if (unfreezes && !freeze) throw new ApiError('conflict', { rule: 'not_frozen' });
  if (freeze) await assertCancelled(services, person.id, actor);
  const factorIds = body.factorIds ?? [];
  const targets = chosen(methods, factorIds);
  const all = factorIds === 'all';
  const resets = all || targets.length > 0;
  const takesAll = resets && leavesNothing(methods, targets);
  // Who selects every method one by one resets all of them.
  const cell = takesAll
    ? strictest(authorized.cell, authorized.helpdesk.assertAllowed(authorized.target, 'resetAll'))
    : authorized.cell;
  const caller = await callerOf(services, context, methods, targets, freeze);
  await readUnreadPushes(services, actor, authorized.factors, person.id);
  const codeTo = await services.addresses.old(person);
  const approvalReasons = await reasonsFor(services, authorized, cell, caller, takesAll && codeTo.length === 0);
  if (approvalReasons.length > 0 && (await helpdeskServices.approvals.waitsFor(person.id)))
    throw new ApiError('conflict', { rule: 'approval_waits' });
  const consumed = await consumeOwnStepUp(services, context, `helpdesk:${person.id}`);
  if (caller && !(await callerVerifications.consume(session.user_id, person.id, caller.id))) {
    await stepUps.restore(consumed);
    throw notVerified('not_verified');
  }
  const correlationId = correlationOf(actor)!;
  const id = helpdeskServices.resets.newId();
  const note = body.note || null;
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
      consequences: consequencesOf(methods, targets, person.addresses, codeTo),
      approvalReasons,
      unfreeze: freeze && freeze.requestedAt,
      correlationId,
    };
    const outcome = { outcome: 'success', reason: `${auditDetails.why} (${approvalReasons.join(', ')})` } as const;
    await auditLog.event(actor, { ...auditDetails, event: 'helpdesk.approval.request' }, outcome, async (step) => {
      await assertNoneFrozen(step, [session.user_id, freeze ? null : person.id]);
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
} satisfies HelpdeskRows<'resetMethods' | 'unfreeze'>;
