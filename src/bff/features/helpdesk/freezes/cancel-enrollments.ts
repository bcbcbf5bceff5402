import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import { getCorrelationId, type Actor, type AuditLog } from '../../../records/audit-log/audit-log.ts';
import { withDeadline } from '../../../platform/lifecycle/deadline.ts';
import type { Task, TaskRunner } from '../../../platform/lifecycle/tasks.ts';
import { ifFree, type Lock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Users } from '../../../identity/users/users.ts';
import type { GetPersonFactors } from '../../../identity/methods/person-factors.ts';
import { createSecurityMethods } from '../../../identity/methods/security-methods.ts';
import { enqueueNotification, type NotificationServices } from '../../../records/notifications/enqueue.ts';
import type { Freezes } from './freezes.ts';
import {
  cancellationPending,
  factorsToCancel,
  readDetails,
  type PendingCancellations,
} from './pending-cancellations.ts';

/** Requests cause at most one attempt in this time. */
const PAUSE_MS = 10_000;
const ACTIVATE = 'user.mfa.factor.activate';

type CancelServices = NotificationServices & {
  helpdeskServices: {
    frozenAt: Freezes['since'];
    pendingCancellations: PendingCancellations;
    endAtOrg(userId: string): Promise<boolean>;
    resets: { addRevocation(userId: string, tx: Store): Promise<unknown> };
  };
  auditLog: AuditLog;
  getPersonFactors: GetPersonFactors;
  users: Users;
};

/** If the call fails, a task repeats it. */
async function endFrozenAtOrg({ helpdeskServices, auditLog }: CancelServices, userId: string, by: Actor) {
  if ((await helpdeskServices.frozenAt(userId)) === null) return;
  if (await helpdeskServices.endAtOrg(userId)) return;
  const details = { event: 'user.session.end', subject: userId } as const;
  await auditLog.event(by, details, { outcome: 'failure', reason: 'at the org' }, async (tx) => {
    await helpdeskServices.resets.addRevocation(userId, tx);
  });
}

/**
 * Rejects if an enrollment is left.
 * The run of `task` has already ended the sessions at Okta. Callers hold the person's lock.
 */
async function cancelAll(services: CancelServices, userId: string, by: Actor, task: Task | null): Promise<void> {
  const { helpdeskServices, auditLog } = services;
  const pending = await helpdeskServices.pendingCancellations.of(userId);
  if (!pending) return;
  const frozen = (await helpdeskServices.frozenAt(userId)) !== null;
  // A freeze takes no lock, so a request that began earlier may create a factor after the freeze.
  const due = { ...pending, ...(frozen && { begunBefore: services.clock.now() }) };
  const actor = { ...by, correlationId: pending.correlationId ?? getCorrelationId(by) };
  const since = frozen ? 'freeze' : 'reset';
  if (!task || readDetails(task).begunBefore !== pending.begunBefore) await endFrozenAtOrg(services, userId, actor);
  const factors = services.getPersonFactors(userId, { requestId: actor.requestId });
  for (const one of createSecurityMethods(await factors.list(), 'v1', null)) {
    for (const { id, status } of factorsToCancel(one, due)) {
      const unfinished = status === 'PENDING_ACTIVATION';
      const notification = unfinished
        ? undefined
        : enqueueNotification(services, 'removed', await services.users.read(userId), one, '');
      const details = {
        event: unfinished ? 'user.mfa.factor.cancel' : 'user.mfa.factor.deactivate',
        subject: userId,
        factorId: id,
        kind: one.kind,
        why: `begun before the ${since}`,
      } as const;
      const remove = () =>
        factors.remove(id).catch((error: unknown) => {
          if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
        });
      await auditLog.change(actor, details, remove, { done: () => ({ inTransaction: notification }) });
    }
  }
  for (const id of pending.pushIds) {
    for (const open of await auditLog.findOpen(userId, ACTIVATE, id))
      // Okta may have activated a phone number under another id, so the reconciliation finds the outcome.
      if (hasReason(open, 'by phone'))
        await auditLog.reconcile(open, { outcome: 'failure', reason: frozen ? 'frozen' : 'reset' });
  }
  await helpdeskServices.pendingCancellations.done(userId, pending);
}

/** Returns false if something is left. The portal then tries again later. Callers hold the person's lock. */
export async function cancelEnrollments(services: CancelServices, userId: string, by: Actor): Promise<boolean> {
  try {
    await cancelAll(services, userId, by, null);
    return true;
  } catch {
    await services.helpdeskServices.pendingCancellations.failed(userId);
    return false;
  }
}

/** The actor of work that no request caused. */
export const byPortal: Actor = { userId: null, address: '', agent: '', requestId: 'reconcile' };

type CancelRunServices = CancelServices & { lock: Lock };

/** If a request holds the person's lock, the task runs again a minute later. */
export const runCancellation =
  (services: CancelRunServices): TaskRunner =>
  async (task) => {
    const { user_id: userId } = task;
    await withDeadline(services.clock, () => endFrozenAtOrg(services, userId, byPortal));
    const cancel = () => withDeadline(services.clock, () => cancelAll(services, userId, byPortal, task));
    const ran = await ifFree(services.lock, `person ${userId}`, async () => (await cancel(), true));
    return ran ? 'done' : 'again';
  };

/** Ends the sessions at Okta without waiting for the lock. */
export async function followFreeze(services: CancelRunServices, userId: string, by: Actor): Promise<void> {
  await services.helpdeskServices.pendingCancellations.runNow(userId, async (task) => {
    const ended = withDeadline(services.clock, () => endFrozenAtOrg(services, userId, by));
    const cancel = () => services.lock(`person ${userId}`, () => cancelAll(services, userId, by, task));
    try {
      await withDeadline(services.clock, cancel);
    } finally {
      await ended;
    }
    return 'done';
  });
}

export async function mayTry({ helpdeskServices, clock }: CancelServices, userId: string): Promise<boolean> {
  const pending = await helpdeskServices.pendingCancellations.of(userId);
  return pending !== null && pending.triedAt <= clock.now() - PAUSE_MS;
}

/**
 * Throws `cancellation_pending` if something is left to cancel.
 * Returns whether it cancelled anything. Callers hold the person's lock.
 */
export async function assertCancelled(services: CancelServices, userId: string, actor: Actor): Promise<boolean> {
  const { pendingCancellations } = services.helpdeskServices;
  const pending = await pendingCancellations.of(userId);
  if (!pending) return false;
  if ((await mayTry(services, userId)) && (await cancelEnrollments(services, userId, actor))) return true;
  throw cancellationPending((await pendingCancellations.of(userId)) ?? pending);
}
