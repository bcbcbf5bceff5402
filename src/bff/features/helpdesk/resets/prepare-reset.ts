import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { OperationPlan, ResetBody, UnlockBody } from '#contract/helpdesk.ts';
import { missingCodes } from '#contract/helpdesk-schemas.ts';
import type { Clock } from '#clock';
import { assertFreezeAllows, countsDespite, readFreezeWindow } from '../freezes/freeze-window.ts';
import { assertCancelled } from '../freezes/cancel-enrollments.ts';
import { pickNamedMethod, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
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
import { widens } from '../caller-verification/verification-choice.ts';
import { isStillThere } from '../caller-verification/what-verified.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import type { RecentChanges } from '../search/recent-changes.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import { notVerified } from './begin.ts';
import {
  assertLockedOut,
  planRecoveryCode,
  takesEveryMethod,
  planReset,
  acceptsCode,
  type PlannedReset,
  type ResetSubject,
  type VerifiedCaller,
} from '../reset-model/reset.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { ResetLimits } from '../reset-model/reset-limits.ts';

type ResetContext = Pick<HelpdeskContext<EndpointName>, 'session' | 'person' | 'operation' | 'authorized'> & {
  body: UnlockBody & Partial<Pick<ResetBody, 'factorIds' | 'reason'>>;
};

export type SubjectServices = Parameters<typeof readFreezeWindow>[0] &
  Parameters<typeof assertCancelled>[0] & { addresses: Addresses; helpdeskServices: { recoveryCodes: RecoveryCodes } };
export type PrepareServices = SubjectServices & {
  helpdeskServices: {
    limits: ResetLimits;
    attackSigns: AttackSigns;
    approvals: Pick<Approvals, 'methodsToReset' | 'assertNoneWaits' | 'assertNoReset'>;
  };
  callerVerifications: CallerVerifications;
  recentChanges: RecentChanges;
  clock: Clock;
};

/** Throws what `assertFreezeAllows` throws. `stored`: the operation that was planned before. */
export async function readSubject(
  services: SubjectServices,
  { authorized: { target, securityMethods }, operation: { actor } }: Pick<ResetContext, 'authorized' | 'operation'>,
  operation: PlannedReset['operation'],
  stored: Pick<PlannedReset, 'freeze'> | null = null,
): Promise<ResetSubject> {
  const { person } = target;
  const { methods } = await securityMethods();
  const window = await readFreezeWindow(services, person.id, methods);
  assertFreezeAllows(operation, window?.requestedAt ?? null, stored?.freeze);
  if (operation === 'unfreeze') await assertCancelled(services, person.id, actor);
  const freeze = window && { ...window, removed: await services.addresses.since(person.id, window.since) };
  const [codeTo, code] = await Promise.all([
    services.addresses.old(person),
    services.helpdeskServices.recoveryCodes.findNeeded(person.id),
  ]);
  return { person, methods, freeze, codeTo, codeNeeded: code !== null };
}

/** Returns null if the agent gave a note instead. Throws `caller_verification_required`. */
async function readCaller(
  { callerVerifications }: PrepareServices,
  { session, body, authorized: { helpdesk, target } }: ResetContext,
  { methods, freeze }: ResetSubject,
  { all, methods: targets, reason, operation }: PlannedReset,
): Promise<StoredCallerVerification | null> {
  const { unverified, callBack } = helpdesk.settings;
  if (body.callerVerificationId === undefined) {
    if (!unverified || !body.note) throw notVerified('none');
    return null;
  }
  const callerVerification = await callerVerifications.find(
    session.user_id,
    target.person.id,
    body.callerVerificationId,
  );
  if (
    !callerVerification ||
    callerVerifications.present(callerVerification).status !== 'verified' ||
    (callerVerification.type === 'call-back' && !callBack)
  )
    throw notVerified('not_verified');
  if (!isStillThere(callerVerification, methods)) throw notVerified('not_verified');
  const { type, factor_id: factorId } = callerVerification;
  if (!countsDespite(freeze, { type, factorId }, methods)) throw notVerified('not_while_frozen');
  // For an unfreeze, a caller is verified without methods. A verification with methods was for a reset.
  if (operation === 'unfreeze' && (callerVerification.all === 1 || callerVerification.methods.length > 0))
    throw notVerified('more_than_confirmed');
  const wider = widens(callerVerification, all ? 'all' : targets.map(({ id }) => id), reason);
  if (wider) throw notVerified(wider);
  return callerVerification;
}

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
    method: factorId === null ? null : pickNamedMethod(used[0]!),
    at: new Date(verifiedAt({ expires_at })).toISOString(),
    warnings: [...(doubt ? [doubt] : []), ...(changed ? (['changed_recently'] as const) : [])],
  };
}

/** The reasons that count for an unlock. It changes no methods, so a call back needs no approver. */
const ofUnlock: ReadonlySet<PlannedReset['approvalReasons'][number]> = new Set([
  'privileged',
  'attack_signs',
  'not_verified',
]);

type Reasons = PlannedReset['approvalReasons'];

/** `caller`: null if nobody was verified. */
export function callerReasons(
  caller: Pick<StoredCallerVerification, 'type' | 'strength' | 'doubt'> | null,
  operation: PlannedReset['operation'],
): Reasons {
  const reasons: [Reasons[number], boolean][] = [
    ['call_back', caller?.type === 'call-back'],
    ['weak_answer', caller !== null && isWeak(caller)],
    ['same_method', caller?.doubt === 'same_method'],
    ['same_phone', caller?.doubt === 'same_phone'],
    ['not_verified', caller === null],
  ];
  return holding(reasons, operation);
}

const holding = (reasons: readonly [Reasons[number], boolean][], operation: PlannedReset['operation']): Reasons =>
  reasons.flatMap(([why, holds]) => (holds && (operation !== 'unlock' || ofUnlock.has(why)) ? [why] : []));

/** Pages list the reasons in this order. */
async function reasonsFor(
  { recentChanges, helpdeskServices: { attackSigns } }: PrepareServices,
  { target }: AuthorizedOperation,
  cell: Cell,
  ofCaller: Reasons,
  reset: PlannedReset,
): Promise<Reasons> {
  const { person } = target;
  const unfreezes = reset.operation === 'unfreeze';
  const earlierReasons: [Reasons[number], boolean][] = [
    ['privileged', cell.approval === 'always' && (!unfreezes || target.kind === 'privileged')],
    ['unfreeze', cell.approval === 'always' && unfreezes],
    ['attack_signs', (await attackSigns.findEnd(person.id)) !== null],
    ['second_reset', (await recentChanges.findResetEnd(person.id)) !== null],
  ];
  const after: [Reasons[number], boolean][] = [
    ['no_channel', planRecoveryCode(reset, reset.stays)?.inPerson === true],
    ['suspects_left', unfreezes && reset.stays.some(({ suspect }) => suspect)],
  ];
  return [...holding(earlierReasons, reset.operation), ...ofCaller, ...holding(after, reset.operation)];
}

export type MissingError = ApiError & { code: OperationPlan['missing'][number]['code'] };
const isMissing = (error: unknown): error is MissingError =>
  error instanceof ApiError && missingCodes.some((code) => code === error.code);

function collectMissing() {
  const missing: MissingError[] = [];
  const find = async <T>(check: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await check();
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing.push(error);
      return undefined;
    }
  };
  return { missing, find };
}

async function readAndPlan(
  services: PrepareServices,
  context: ResetContext,
  asked: Pick<PlannedReset, 'reason' | 'ticket' | 'agent' | 'operation'>,
): Promise<{ subject: ResetSubject; planned: PlannedReset }> {
  const { body, authorized } = context;
  const { person } = authorized.target;
  const subject = await readSubject(services, context, asked.operation);
  const { approvals } = services.helpdeskServices;
  const after = asked.operation === 'unfreeze' ? await approvals.methodsToReset(person.id) : [];
  const planned = planReset(
    {
      ...asked,
      id: randomToken(12),
      by: context.operation.actor,
      factorIds: 'factorIds' in body ? body.factorIds : undefined,
      note: body.note || null,
      caller: null,
      approvalReasons: [],
      after,
    },
    subject,
  );
  return { subject, planned };
}

/**
 * Writes nothing. `missing`: the errors that would refuse the request. The agent's own step-up is not checked here.
 * In `reset`, a missing part has a placeholder.
 */
export async function prepareReset(
  services: PrepareServices,
  context: ResetContext,
  operation: PlannedReset['operation'],
): Promise<{ reset: PlannedReset; subject: ResetSubject; missing: MissingError[] }> {
  const { person: agent, body, authorized } = context;
  const { actor } = context.operation;
  const { helpdesk, target } = authorized;
  const { limits, approvals } = services.helpdeskServices;
  const { missing, find } = collectMissing();
  const counted = { agent: { id: agent.id, name: agent.name, login: agent.login }, person: target.person, operation };
  await find(() => limits.assert(counted));
  const reason = operation === 'unlock' ? 'locked-out' : await find(() => assertReason(body.reason));
  const ticket = await find(() => assertTicket(body.ticket, helpdesk.settings.ticketPattern));
  if (operation === 'unlock') await find(() => assertLockedOut(target.person));
  const asked = { reason: reason ?? 'other', ticket: ticket ?? '', agent: counted.agent, operation } as const;
  const { subject, planned } = await readAndPlan(services, context, asked).catch((error: unknown) => {
    throw missing[0] ?? error;
  });
  await find(() => assertDoesSomething(planned));
  // An agent who selects every method one by one must not avoid the rules for a reset of all.
  const cell = takesEveryMethod(planned)
    ? strictest(authorized.cell, helpdesk.assertAllowed(target, 'resetAll'))
    : authorized.cell;
  const caller = await find(() => readCaller(services, context, subject, planned));
  const ofCaller = caller === undefined ? [] : callerReasons(caller, operation);
  const approvalReasons = await reasonsFor(services, authorized, cell, ofCaller, planned);
  if (approvalReasons.length > 0) await find(() => limits.assertMayAsk(counted));
  else await find(() => approvals.assertNoReset(planned));
  // The approver relies on what the request describes, so no other operation may change the person while a request
  // waits.
  await find(() => approvals.assertNoneWaits(planned));
  return {
    reset: {
      ...planned,
      // The correlation id is that of the caller verification, with which the operation began.
      by: { ...actor, correlationId: caller?.correlation_id ?? null },
      caller: caller ? presentCaller(caller, subject.methods, services.clock.now()) : null,
      approvalReasons,
    },
    subject,
    missing,
  };
}

/** For a reset without methods. Throws `bad_request`, or `conflict` if `all` was chosen and no code is needed. */
function assertDoesSomething(reset: PlannedReset): void {
  if (reset.operation !== 'reset' || reset.methods.length > 0) return;
  if (!reset.all) throw ApiError.withRule('bad_request', 'choice');
  if (!acceptsCode(reset)) throw ApiError.withRule('conflict', 'no_code_needed');
}

function assertReason(reason: ResetBody['reason']): NonNullable<ResetBody['reason']> {
  if (reason === undefined) throw ApiError.withRule('bad_request', 'reason');
  return reason;
}
