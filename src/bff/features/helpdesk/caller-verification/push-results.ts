import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { AttackSign } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { getCorrelationId, type Actor, type AuditLog, type Operation } from '../../../records/audit-log/audit-log.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import { withDeadline } from '../../../platform/lifecycle/deadline.ts';
import type { TaskRunner } from '../../../platform/lifecycle/tasks.ts';
import type { GetPersonFactors } from '../../../identity/methods/person-factors.ts';
import { getPushResult } from '../../factors/verification/transactions.ts';
import type { HelpdeskFactors } from '../access/helpdesk-factors.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import type { CallerVerifications, StoredCallerVerification } from './caller-verifications.ts';

export type EndServices = {
  auditLog: AuditLog;
  callerVerifications: CallerVerifications;
  helpdeskServices: { attackSigns: AttackSigns };
};
export type FollowServices = EndServices & { clock: Clock };

/** Returns false if the verification had already ended. */
export async function endVerification(
  { auditLog, callerVerifications, helpdeskServices }: EndServices,
  by: Operation | Actor,
  verification: StoredCallerVerification,
  status: 'verified' | 'denied' | 'expired',
  reason: AuditReason,
  attackSign: AttackSign['kind'] | null = null,
): Promise<boolean> {
  const { user_id: userId, agent_id: id, agent_name: name, factor_id: factorId } = verification;
  const named = { event: 'helpdesk.caller_verification.verify', subject: userId, factorId } as const;
  const outcome = status === 'verified' ? 'success' : 'failure';
  return auditLog.event(by, named, { outcome, reason }, async (tx) => {
    if (attackSign) await lockPeople(tx, userId);
    // A reset that runs now may have removed the method, which is no sign of attack.
    const begun = tx.selectFrom('resets').select('id').where('user_id', '=', userId);
    if (attackSign === 'push_removed' && (await begun.executeTakeFirst())) return false;
    if (!(await callerVerifications.close(verification, status, tx))) return false;
    if (attackSign) await helpdeskServices.attackSigns.record(tx, userId, attackSign, { id, name });
  });
}

/** A denial is recorded even if the push has expired. */
export async function readPush(
  services: FollowServices,
  actor: Actor,
  factors: Pick<HelpdeskFactors, 'poll' | 'list'>,
  verification: StoredCallerVerification,
): Promise<void> {
  const { factor_id: factorId, transaction_id: transactionId } = verification;
  if (factorId === null || transactionId === null) return;
  const read = await factors.poll(factorId, transactionId).catch(async (error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    return (await factors.list()).some(({ id }) => id === factorId) ? ('ERROR' as const) : ('REMOVED' as const);
  });
  const late = services.clock.now() >= verification.expires_at;
  const result = late && ['WAITING', 'SUCCESS', 'ERROR'].includes(read) ? 'TIMEOUT' : read;
  if (result === 'WAITING') return;
  const status = result === 'SUCCESS' ? 'verified' : result === 'TIMEOUT' ? 'expired' : 'denied';
  // REJECTED, CANCELLED: the phone's owner denied the push or chose a wrong number.
  // REMOVED: somebody may have removed the method to hide a denial.
  const signs = { REJECTED: 'push_denied', CANCELLED: 'push_denied', REMOVED: 'push_removed' } as const;
  const attackSign = Object.hasOwn(signs, result) ? signs[result as keyof typeof signs] : null;
  await endVerification(
    services,
    actor,
    verification,
    status,
    `push: ${result.toLowerCase() as Lowercase<typeof result>}`,
    attackSign,
  );
}

/** For a denial that came just before the portal cancelled the push. */
export async function recordLateDenial(
  { auditLog, helpdeskServices }: EndServices,
  actor: Actor,
  factors: Pick<HelpdeskFactors, 'poll'>,
  {
    user_id: userId,
    agent_id: id,
    agent_name: name,
    factor_id,
    transaction_id,
    correlation_id,
  }: StoredCallerVerification,
): Promise<void> {
  if (factor_id === null || transaction_id === null) return;
  if ((await factors.poll(factor_id, transaction_id).catch(() => null)) !== 'REJECTED') return;
  const details = { event: 'helpdesk.caller_verification.verify', subject: userId, factorId: factor_id } as const;
  const outcome = { outcome: 'failure', reason: 'push: rejected' } as const;
  await auditLog.event({ ...actor, correlationId: correlation_id ?? getCorrelationId(actor) }, details, outcome, (tx) =>
    helpdeskServices.attackSigns.record(tx, userId, 'push_denied', { id, name }),
  );
}

/** Without this, an agent could hide a denial by closing the page or sending the next push. */
export async function readUnreadPushes(
  services: FollowServices,
  actor: Actor,
  factors: Pick<HelpdeskFactors, 'poll' | 'list'>,
  userId: string,
): Promise<void> {
  for (const one of await services.callerVerifications.unreadPushes(userId)) {
    const correlationId = one.correlation_id ?? getCorrelationId(actor);
    await readPush(services, { ...actor, correlationId }, factors, one);
  }
}

/**
 * Records the result even if no page reads it.
 * Asks Okta each minute, for at most a day. `details`: id of a verification.
 */
export const runPush =
  (services: FollowServices & { getPersonFactors: GetPersonFactors }): TaskRunner =>
  async ({ user_id: personId, details: id }) => {
    const { callerVerifications, clock, getPersonFactors } = services;
    const unread = async () => (await callerVerifications.unreadPushes(personId, id))[0];
    const push = await unread();
    if (!push) return 'done';
    if (!(await callerVerifications.claim(push))) return 'again';
    const { agent_id: userId, correlation_id: correlationId } = push;
    const actor = { userId, address: '', agent: '', requestId: '', correlationId };
    const factors = getPersonFactors(personId, { requestId: 'reconcile' });
    const poll = async (factorId: string, transactionId: string) =>
      getPushResult((await factors.transaction(factorId, transactionId)).factorResult);
    const { list } = factors;
    await withDeadline(clock, () => readPush(services, actor, { poll, list }, push)).catch(() => undefined);
    return (await unread()) ? 'again' : 'done';
  };
