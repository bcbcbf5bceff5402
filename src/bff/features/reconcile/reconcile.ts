import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { ActivationPolls } from '../factors/enrollment/activation-polls.ts';
import { activeAtOnce } from '../factors/enrollment/enroll-handlers.ts';
import type { FactorNotes } from '../../identity/methods/notes.ts';
import { createSecurityMethods, findSecurityMethod } from '../../identity/methods/security-methods.ts';
import type { Approvals } from '../helpdesk/approvals/approvals.ts';
import { byPortal, cancelEnrollments } from '../helpdesk/freezes/cancel-enrollments.ts';
import { reconcileReset } from '../helpdesk/resets/reconcile-reset.ts';
import { enqueueNotification, enqueueReplacing } from '../../records/notifications/enqueue.ts';
import { withDeadline } from '../../platform/lifecycle/deadline.ts';
import { holdsLock, ifFree, type Lock } from '../../platform/store/lock.ts';
import { enqueueWorks, resumeReplacement, type Replacements } from '../../identity/step-up/replacements.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import type { Repeats } from '../../http/repeats.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { DAY_MS } from '#clock';
import { allInTransaction, type InTransaction, type AuditRow } from '../../records/audit-log/audit-log.ts';
import {
  ACTIVATE,
  changesOfMethods,
  DEACTIVATE,
  EARLIER_MS,
  ENROLL,
  findVerdict,
  WATCHED_MS,
  type Verdict,
} from './verdict.ts';

/** After this time, the outcome of an intent stays unknown. */
const GIVE_UP_MS = DAY_MS;

const resets = new Set<AuditEvent>(['user.mfa.factor.reset', 'user.mfa.factor.reset_all', 'user.account.unlock']);
const whatIsRead = new Set<AuditEvent>([ENROLL, ACTIVATE, DEACTIVATE, ...resets]);

type ReconcileServices = Parameters<typeof reconcileReset>[0] &
  Parameters<typeof cancelEnrollments>[0] & {
    helpdeskServices: { approvals: Approvals };
    lock: Lock;
    notes: FactorNotes;
    polls: ActivationPolls;
    reconcileGraceMs: number;
    findRemovedAddress(intent: number): Promise<string | null>;
    replacements: Replacements;
    repeats: Repeats;
    stepUps: StepUps;
    orgSkew(): Promise<number>;
  };

/** With the sent code, a person can finish the enrollment even if the portal's answer was lost. */
const bySentCode = new Set(['sms', 'call', 'email']);

/**
 * A sent code can still be entered, so the session may finish the enrollment. Other kinds need data from the lost
 * answer, so their step-up is restored, as after a removal that did not happen.
 */
function afterChange(
  { stepUps, repeats }: ReconcileServices,
  intent: AuditRow,
  verdict: Verdict,
): InTransaction | undefined {
  const { request_id: requestId, kind, at: begunAt } = intent;
  // The step-up may name another factor of the same method, but a removal consumes no other step-up.
  if (intent.event === DEACTIVATE && requestId !== null && verdict.outcome === 'failure')
    return hasReason(intent, 'replaced') ? undefined : stepUps.restoreConsumed(requestId);
  if (intent.event !== ENROLL || requestId === null || kind === null || verdict.outcome === 'unknown' || verdict.notify)
    return undefined;
  const { factorId } = verdict;
  const enrollment = `enroll:${kind as FactorKind}` as const;
  if (verdict.outcome === 'failure' || factorId == null) return stepUps.restoreConsumed(requestId, enrollment);
  if (bySentCode.has(kind)) return stepUps.grantFound(requestId, { factorId, kind, begunAt });
  return allInTransaction(stepUps.restoreConsumed(requestId, enrollment), repeats.free(intent.seq));
}

async function readVerdict(
  services: ReconcileServices,
  intent: AuditRow,
  userId: string,
  list: Factor[],
): Promise<{ verdict: Verdict | null; followUp: InTransaction | undefined }> {
  const earlierIntents = (await services.auditLog.open(Number.MAX_SAFE_INTEGER, userId)).filter(
    ({ seq }) => seq < intent.seq,
  );
  // The verdict does not depend on engine and address.
  const methods = createSecurityMethods(list, 'v1', null);
  const verdict = findVerdict(
    intent,
    methods,
    [...earlierIntents, ...(await services.auditLog.changesSince(intent, changesOfMethods, EARLIER_MS))],
    services.clock.now(),
    await services.orgSkew(),
  );
  const added = verdict?.notify === 'added';
  const begun = verdict?.factorId ?? (added ? intent.factor_id : null);
  const ofReplacement =
    begun === null ? undefined : resumeReplacement(services.replacements, userId, intent, begun, added);
  if (!verdict) return { verdict, followUp: undefined };
  const ofStepUp = afterChange(services, intent, verdict);
  if (!verdict.notify) return { verdict, followUp: allInTransaction(ofReplacement, ofStepUp) };
  const name = (await services.notes.of(userId)).get(intent.factor_id ?? '')?.name ?? null;
  // A removed method is not in Okta's list, so its email has no detail.
  const detail = findSecurityMethod(methods, begun ?? '')?.detail ?? null;
  const method = { kind: (intent.kind as FactorKind | null) ?? 'unknown', name, detail };
  const person = await services.users.read(userId);
  const removed = await services.findRemovedAddress(intent.seq);
  const agent = verdict.isOver ? '' : (intent.agent ?? '');
  const { replacements } = services;
  const replaced = verdict.notify === 'replaced' ? await replacements.find(userId, intent.factor_id ?? '') : null;
  const notified =
    verdict.notify === 'added'
      ? enqueueWorks(services, person, { ...method, factorId: begun ?? '' }, agent)
      : replaced && replaced.grantedUntil > 0
        ? enqueueReplacing(services, person, method, agent, removed, { event: intent.seq, at: replaced.grantedUntil })
        : enqueueNotification(services, verdict.notify, person, method, agent, removed);
  return { verdict, followUp: allInTransaction(ofReplacement, notified) };
}

/** `readList`: the person's methods at Okta. Returns whether it wrote an outcome. Callers hold the person's lock. */
async function reconcileOne(
  services: ReconcileServices,
  intent: AuditRow,
  readList: () => Promise<Factor[]>,
): Promise<boolean> {
  const { auditLog, clock } = services;
  const userId = intent.subject;
  if (hasReason(intent, 'by phone') && services.polls.watched(intent.factor_id ?? '', WATCHED_MS)) return false;
  let verdict: Verdict | null = { outcome: 'unknown' };
  let followUp: InTransaction | undefined;
  if (userId && whatIsRead.has(intent.event)) {
    try {
      ({ verdict, followUp } = await (resets.has(intent.event)
        ? reconcileReset(services, intent)
        : readVerdict(services, intent, userId, await readList())));
      if (verdict === null) return false;
    } catch (error) {
      const gone = error instanceof ApiError && (error.code === 'signed_out' || error.code === 'not_found');
      if (!gone && clock.now() - intent.at < GIVE_UP_MS) return false;
      verdict = { outcome: 'unknown' };
      if (resets.has(intent.event)) followUp = services.helpdeskServices.resets.giveUp(intent.seq);
    }
  }
  const beside = intent.event === ENROLL && verdict.notify === 'added' ? activeAtOnce : undefined;
  return auditLog.reconcile(intent, verdict, followUp, beside);
}

/** Callers hold the person's lock. Returns the number of outcomes written. */
async function reconcilePerson(services: ReconcileServices, userId: string, graceMs: number): Promise<number> {
  const { auditLog, clock } = services;
  const { pendingCancellations } = services.helpdeskServices;
  let reconciled = 0;
  // One read serves all intents, because a thief may leave many open. A failed read leaves all of them open.
  let list: Promise<Factor[]> | undefined;
  const readList = () => (list ??= services.getPersonFactors(userId, { requestId: 'reconcile' }).list());
  // Read under the lock, because another request may have written an outcome.
  const open = await auditLog.open(clock.now() - graceMs, userId);
  for (const intent of open.filter(({ event }) => resets.has(event)))
    if (await reconcileOne(services, intent, readList)) reconciled += 1;
  // The cancellation comes first, because an activation that it must cancel is not the person's own.
  const due = await pendingCancellations.of(userId);
  if (due && due.nextAt <= clock.now()) await cancelEnrollments(services, userId, byPortal);
  const pushIds = (await pendingCancellations.of(userId))?.pushIds ?? [];
  // The newest intent comes first, because its outcome helps to find the outcomes of earlier intents.
  for (const intent of open.filter(({ event }) => !resets.has(event)).toReversed()) {
    if (intent.factor_id !== null && pushIds.includes(intent.factor_id)) continue;
    if (await reconcileOne(services, intent, readList)) reconciled += 1;
  }
  return reconciled;
}

/** Finds the outcomes of a person's changes whose answers were lost, if the running request holds the person's lock. */
export async function reconcileLost(services: ReconcileServices, userId: string): Promise<void> {
  if (!holdsLock(`person ${userId}`)) return;
  await reconcilePerson(services, userId, services.reconcileGraceMs);
  void services.outbox.flush();
}

/** Before another enrollment. Throws `outcome_unknown` while an earlier one may still run at Okta. */
export async function reconcileEnrollments(services: ReconcileServices, userId: string): Promise<void> {
  const readOpen = () => services.auditLog.open(Number.MAX_SAFE_INTEGER, userId);
  const isEnrolling = async () => (await readOpen()).some(({ event }) => event === ENROLL);
  if (!(await isEnrolling())) return;
  await reconcileLost(services, userId);
  if (await isEnrolling()) throw new ApiError('outcome_unknown');
}

/** Only reads from Okta, and never repeats a change. */
export async function reconcileOpenIntents(services: ReconcileServices, graceMs: number): Promise<number> {
  const { auditLog, clock, lock } = services;
  let reconciled = 0;
  const open = await auditLog.open(clock.now() - graceMs);
  for (const intent of open)
    if (intent.subject === null && (await auditLog.reconcile(intent, { outcome: 'unknown' }))) reconciled += 1;
  for (const userId of new Set(open.flatMap(({ subject }) => subject ?? []))) {
    const reconcile = () => withDeadline(clock, () => reconcilePerson(services, userId, graceMs));
    // While the lock is held, a change is running and may write its own outcome.
    reconciled += (await ifFree(lock, `person ${userId}`, reconcile)) ?? 0;
  }
  await services.helpdeskServices.approvals.endLost();
  if (reconciled) void services.outbox.flush();
  return reconciled;
}
