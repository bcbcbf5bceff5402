import { createHash } from 'node:crypto';
import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { Approval, UnfreezeBody } from '#contract/helpdesk.ts';
import { countsDespite, freezeWindowOf, suspectsLeft, type FreezeWindow } from '../freezes/freeze-window.ts';
import { assertCancelled } from '../freezes/cancel-enrollments.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { assertTicket } from '../access/assert-ticket.ts';
import type { AuthorizedOperation, HelpdeskContext } from '../access/authorize-operation.ts';
import { strictest, type Cell } from '../access/policy.ts';
import {
  isWeak,
  type StoredCallerVerification,
  type CallerVerifications,
} from '../caller-verification/caller-verifications.ts';
import { readUnreadPushes, type Following } from '../caller-verification/push-results.ts';
import { widens } from '../caller-verification/verification-choice.ts';
import type { RecentChanges } from '../search/recent-changes.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { Traces } from '../traces/traces.ts';
import { chosen, leavesNothing } from './reset-choice.ts';
import type { ResetLimits } from './reset-limits.ts';

/** The request of a reset or an unfreeze, or of what one would do. */
type ResetContext = Pick<HelpdeskContext<EndpointName>, 'session' | 'actor' | 'authorized'> & {
  body: UnfreezeBody;
};

export type PrepareNeeds = Following &
  Parameters<typeof freezeWindowOf>[0] &
  Parameters<typeof assertCancelled>[0] & {
    helpdeskServices: { limits: ResetLimits; traces: Traces };
    callerVerifications: CallerVerifications;
    recentChanges: RecentChanges;
    addresses: Addresses;
  };

export type PreparedReset = Awaited<ReturnType<typeof prepareReset>>;

export const notVerified = (rule: ErrorRule<'caller_verification_required'>) =>
  ApiError.withRule('caller_verification_required', rule);

/** Returns how the caller was verified, or null when there is a note instead. Throws `caller_verification_required`. */
async function callerOf(
  { callerVerifications }: PrepareNeeds,
  { session, body, authorized: { helpdesk, target } }: ResetContext,
  methods: readonly SecurityMethod[],
  { targets, reason }: { targets: readonly SecurityMethod[]; reason: StoredCallerVerification['reason'] },
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
  const wider = widens(found, body.factorIds === 'all' ? 'all' : targets.map(({ id }) => id), reason);
  if (wider) throw notVerified(wider);
  return found;
}

/** Returns the reasons why an approver must agree; empty when none must. */
async function reasonsFor(
  { recentChanges, helpdeskServices: { traces } }: PrepareNeeds,
  { target, staff }: AuthorizedOperation,
  cell: Cell,
  caller: StoredCallerVerification | null,
  { unreachable, leavesSuspects }: { unreachable: boolean; leavesSuspects: boolean },
): Promise<Approval['approvalReasons']> {
  const { person } = target;
  const approvalReasons: [Approval['approvalReasons'][number], boolean][] = [
    ['privileged', cell.approval === 'always'],
    ['traces', await traces.bind(person.id, staff.userId)],
    ['second_reset', (await recentChanges.resetsWithinDay(person.id)) > 0],
    ['call_back', caller?.type === 'call-back'],
    ['weak_answer', caller !== null && isWeak(caller)],
    ['not_verified', caller === null],
    ['no_channel', unreachable],
    ['suspects_left', leavesSuspects],
  ];
  return approvalReasons.flatMap(([why, holds]) => (holds ? [why] : []));
}

/**
 * Checks what a request needs besides the agent's own step-up, each with its own error, and returns what it does. It
 * changes nothing.
 * @param unfreezes whether the operation ends the person's freeze
 */
export async function prepareReset(services: PrepareNeeds, context: ResetContext, unfreezes: boolean) {
  const { session, body, actor, authorized } = context;
  const { settings } = authorized.helpdesk;
  const { person } = authorized.target;
  await services.helpdeskServices.limits.assert(settings.policy.limits, session.user_id, person.id, false);
  const { reason } = body;
  if (reason === undefined) throw ApiError.withRule('bad_request', 'reason');
  const ticket = assertTicket(body.ticket, settings.ticketPattern);
  const { methods } = await authorized.securityMethods();
  const freeze = unfreezes ? await freezeWindowOf(services, person.id, methods) : null;
  if (unfreezes && !freeze) throw ApiError.withRule('conflict', 'not_frozen');
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
  const caller = await callerOf(services, context, methods, { targets, reason }, freeze);
  await readUnreadPushes(services, actor, authorized.factors, person.id);
  const codeTo = await services.addresses.old(person);
  const suspects = suspectsLeft(freeze, methods, all ? methods : targets);
  const approvalReasons = await reasonsFor(services, authorized, cell, caller, {
    unreachable: takesAll && codeTo.length === 0,
    leavesSuspects: suspects.length > 0,
  });
  const note = body.note || null;
  return { reason, ticket, note, methods, freeze, factorIds, targets, all, caller, codeTo, suspects, approvalReasons };
}

/**
 * Returns the purpose of a step-up that confirms this one reset: the hash of its plan, as the server sees it now. It
 * covers who, for whom, what is removed with all its parts, what remains, why, and what else it takes.
 */
export function purposeOfPlan(
  { session, authorized }: Pick<ResetContext, 'session' | 'authorized'>,
  { reason, ticket, note, methods, targets, all, caller, codeTo, approvalReasons }: PreparedReset,
): string {
  const userId = authorized.target.person.id;
  const parts = ({ id, members }: SecurityMethod) => [id, ...members.map((one) => one.id).toSorted()].join(' ');
  const plan = [
    session.user_id,
    userId,
    all,
    targets.map(parts).toSorted(),
    methods.map(parts).toSorted(),
    reason,
    ticket,
    note,
    caller?.id ?? null,
    approvalReasons,
    // As the page shows them: whoever has the hash must not be able to try out whole addresses.
    codeTo.map(maskAddress).toSorted(),
  ];
  return `reset:${userId}:${createHash('sha256').update(JSON.stringify(plan)).digest('base64url')}`;
}
