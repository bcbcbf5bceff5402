import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { ResetBody, UnlockBody } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { countsDespite, freezeWindowOf } from '../freezes/freeze-window.ts';
import { assertCancelled } from '../freezes/cancel-enrollments.ts';
import { namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { randomToken } from '../../../platform/store/secrets.ts';
import { assertTicket } from '../access/assert-ticket.ts';
import type { AuthorizedOperation, HelpdeskContext } from '../access/authorize-operation.ts';
import { strictest, type Cell } from '../access/policy.ts';
import {
  isWeak,
  verifiedAt,
  type StoredCallerVerification,
  type CallerVerifications,
} from '../caller-verification/caller-verifications.ts';
import { changedRecently } from '../caller-verification/contact-methods.ts';
import { readUnreadPushes, type Following } from '../caller-verification/push-results.ts';
import { widens } from '../caller-verification/verification-choice.ts';
import { isStillThere } from '../caller-verification/what-verified.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import type { RecentChanges } from '../search/recent-changes.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import { notFrozen, notVerified } from './begin.ts';
import {
  assertLockedOut,
  takesEveryMethod,
  resetOf,
  takesCode,
  type PlannedReset,
  type ResetSubject,
  type VerifiedCaller,
} from '../reset-model/reset.ts';
import type { Approvals } from './approvals.ts';
import type { ResetLimits } from './reset-limits.ts';

/** The request of a reset or an unfreeze, or of what one would do. */
type ResetContext = Pick<HelpdeskContext<EndpointName>, 'session' | 'person' | 'actor' | 'authorized'> & {
  body: UnlockBody & Partial<Pick<ResetBody, 'factorIds' | 'reason'>>;
};

export type SubjectNeeds = Parameters<typeof freezeWindowOf>[0] &
  Parameters<typeof assertCancelled>[0] & { addresses: Addresses; helpdeskServices: { recoveryCodes: RecoveryCodes } };
export type PrepareNeeds = Following &
  SubjectNeeds & {
    helpdeskServices: { limits: ResetLimits; attackSigns: AttackSigns; approvals: Pick<Approvals, 'methodsToReset'> };
    callerVerifications: CallerVerifications;
    recentChanges: RecentChanges;
    clock: Clock;
  };

/**
 * Reads what a reset is made from. An unfreeze takes a freeze, and a stored one the same as then; a reset may have one,
 * and a stored one no later one. Throws `conflict`, or `frozen`.
 * @param stored what waited for an approver
 */
export async function readSubject(
  services: SubjectNeeds,
  { authorized: { target, securityMethods }, actor }: Pick<ResetContext, 'authorized' | 'actor'>,
  operation: PlannedReset['operation'],
  stored: Pick<PlannedReset, 'freeze'> | null = null,
): Promise<ResetSubject> {
  const { person } = target;
  const { methods } = await securityMethods();
  const window = await freezeWindowOf(services, person.id, methods);
  const isOther = stored !== null && window?.requestedAt !== stored.freeze;
  if (operation === 'unfreeze') {
    if (!window || isOther) throw notFrozen();
    await assertCancelled(services, person.id, actor);
  } else if (window && (isOther || operation === 'unlock')) throw new ApiError('frozen');
  const freeze = window && { ...window, removed: await services.addresses.since(person.id, window.since) };
  const [codeTo, code] = await Promise.all([
    services.addresses.old(person),
    services.helpdeskServices.recoveryCodes.neededBy(person.id),
  ]);
  return { person, methods, freeze, codeTo, codeNeeded: code !== null };
}

/** Returns how the caller was verified, or null when there is a note instead. Throws `caller_verification_required`. */
async function callerOf(
  { callerVerifications }: PrepareNeeds,
  { session, actor, body, authorized: { helpdesk, target } }: ResetContext,
  { methods, freeze }: ResetSubject,
  { all, methods: targets, reason, operation }: PlannedReset,
): Promise<StoredCallerVerification | null> {
  const { unverified, callBack } = helpdesk.settings;
  if (body.callerVerificationId === undefined) {
    if (!unverified || !body.note) throw notVerified('none');
    return null;
  }
  const found = await callerVerifications.find(session.user_id, target.person.id, body.callerVerificationId);
  if (!found || callerVerifications.present(found).status !== 'verified' || (found.type === 'call-back' && !callBack))
    throw notVerified('not_verified');
  if (!isStillThere(found, methods)) throw notVerified('not_verified');
  if (freeze && !countsDespite(freeze, { type: found.type, factorId: found.factor_id }, methods))
    throw notVerified('not_while_frozen');
  // The caller of an unfreeze agreed to it, and not to a reset.
  if (operation === 'unfreeze' && (found.all === 1 || found.methods.length > 0))
    throw notVerified('more_than_confirmed');
  const wider = widens(found, all ? 'all' : targets.map(({ id }) => id), reason);
  if (wider) throw notVerified(wider);
  // The operation began with this verification.
  actor.correlationId = found.correlation_id;
  return found;
}

/** Returns how the caller was verified and what speaks against it. */
function presentCaller(
  { id, type, used, factor_id: factorId, doubt, expires_at }: StoredCallerVerification,
  methods: readonly SecurityMethod[],
  now: number,
): VerifiedCaller {
  const isUsed = ({ members }: SecurityMethod) => members.some((one) => used.some((factor) => factor.id === one.id));
  const changed = methods.some((one) => isUsed(one) && changedRecently(one, now));
  return {
    id,
    type,
    used,
    method: factorId === null ? null : namedMethodOf(used[0]!),
    at: new Date(verifiedAt({ expires_at })).toISOString(),
    warnings: [...(doubt ? [doubt] : []), ...(changed ? (['changed_recently'] as const) : [])],
  };
}

/** An unlock adds and removes nothing, so a call back is enough for it. */
const ofUnlock: ReadonlySet<PlannedReset['approvalReasons'][number]> = new Set([
  'privileged',
  'attack_signs',
  'not_verified',
]);

/** Returns the reasons why an approver must agree; empty when none must. */
async function reasonsFor(
  { recentChanges, helpdeskServices: { attackSigns } }: PrepareNeeds,
  { target }: AuthorizedOperation,
  cell: Cell,
  caller: StoredCallerVerification | null,
  reset: PlannedReset,
): Promise<PlannedReset['approvalReasons']> {
  const { person } = target;
  const unfreezes = reset.operation === 'unfreeze';
  const approvalReasons: [PlannedReset['approvalReasons'][number], boolean][] = [
    ['privileged', cell.approval === 'always' && (!unfreezes || target.kind === 'privileged')],
    ['unfreeze', cell.approval === 'always' && unfreezes],
    ['attack_signs', await attackSigns.bind(person.id)],
    ['second_reset', (await recentChanges.resetsWithinDay(person.id)) > 0],
    ['call_back', caller?.type === 'call-back'],
    ['weak_answer', caller !== null && isWeak(caller)],
    ['same_method', caller?.doubt === 'same_method'],
    ['same_phone', caller?.doubt === 'same_phone'],
    ['not_verified', caller === null],
    ['no_channel', takesEveryMethod(reset) && takesCode(reset) && reset.codeTo.length === 0],
    ['suspects_left', unfreezes && reset.stays.some(({ suspect }) => suspect)],
  ];
  return approvalReasons.flatMap(([why, holds]) =>
    holds && (reset.operation !== 'unlock' || ofUnlock.has(why)) ? [why] : [],
  );
}

/**
 * Makes the reset of a request, and checks all that it needs besides the agent's own step-up, each with its own error.
 * It changes nothing.
 */
export async function prepareReset(
  services: PrepareNeeds,
  context: ResetContext,
  operation: PlannedReset['operation'],
): Promise<PlannedReset> {
  const { session, person: agent, body, actor, authorized } = context;
  const { settings } = authorized.helpdesk;
  const unlocks = operation === 'unlock';
  await services.helpdeskServices.limits.assert(
    settings.policy.limits,
    session.user_id,
    authorized.target.person.id,
    false,
    operation,
  );
  const reason = unlocks ? 'locked-out' : body.reason;
  if (reason === undefined) throw ApiError.withRule('bad_request', 'reason');
  const ticket = assertTicket(body.ticket, settings.ticketPattern);
  if (unlocks) assertLockedOut(authorized.target.person);
  const subject = await readSubject(services, context, operation);
  const after =
    operation === 'unfreeze'
      ? await services.helpdeskServices.approvals.methodsToReset(authorized.target.person.id)
      : [];
  const planned = resetOf(
    {
      id: randomToken(12),
      by: actor,
      agent: { id: agent.id, name: agent.name, login: agent.login },
      factorIds: 'factorIds' in body ? body.factorIds : undefined,
      reason,
      ticket,
      note: body.note || null,
      caller: null,
      approvalReasons: [],
      operation,
      after,
    },
    subject,
  );
  // Nothing would be removed, and a code would be needed that was not before.
  if (planned.all && planned.methods.length === 0 && !takesCode(planned))
    throw ApiError.withRule('conflict', 'no_code_needed');
  // Who selects every method one by one resets all of them.
  const cell = takesEveryMethod(planned)
    ? strictest(authorized.cell, authorized.helpdesk.assertAllowed(authorized.target, 'resetAll'))
    : authorized.cell;
  const caller = await callerOf(services, context, subject, planned);
  await readUnreadPushes(services, actor, authorized.factors, planned.person.id);
  const approvalReasons = await reasonsFor(services, authorized, cell, caller, planned);
  if (approvalReasons.length > 0)
    await services.helpdeskServices.limits.assertMayAsk(session.user_id, planned.person.id);
  return {
    ...planned,
    caller: caller && presentCaller(caller, subject.methods, services.clock.now()),
    approvalReasons,
  };
}
