import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { allInTransaction, type InTransaction, type AuditLog } from '../../records/audit-log/audit-log.ts';
import { keepRemovedAddress } from '../../records/notifications/removed-addresses.ts';
import { classifyFailure } from '../../platform/errors/api-errors.ts';
import type { RequestContext } from '../../http/endpoints/endpoint-row.ts';
import {
  enqueueNotification,
  enqueueReplacing,
  type NotificationServices,
} from '../../records/notifications/enqueue.ts';
import { REPLACEMENT_MS } from '../../identity/step-up/replacements.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import { hasNote, type FactorNotes } from '../../identity/methods/notes.ts';
import { findAddress, isPending, type SecurityMethod } from '../../identity/methods/security-methods.ts';
import type { OwnMethods } from './read-security-methods.ts';

export type RemovalServices = NotificationServices & {
  auditLog: AuditLog;
  notes: FactorNotes;
  stepUps: StepUps;
};
type RemovalRequest = Pick<RequestContext<EndpointName>, 'session' | 'person' | 'operation'> &
  Pick<OwnMethods, 'factors'>;

/** `how` is for the notification. `first` writes more rows in the transaction of the intent. */
export async function removeMethod(
  services: RemovalServices,
  { session, person, operation, factors }: RemovalRequest,
  target: SecurityMethod,
  how: 'removed' | 'replacing' | 'replaced',
  first?: InTransaction,
): Promise<void> {
  const { auditLog, notes, stepUps } = services;
  const unfinished = isPending(target);
  const address = unfinished ? null : findAddress(target);
  let intent: number | null = null;
  let touched = false;
  const classify: typeof classifyFailure = (error) =>
    touched ? { ...classifyFailure(error), outcome: 'unknown' } : classifyFailure(error);
  // The factor with the method's id comes first, because reconciliation looks only for this factor.
  const members = target.members.toSorted((a, b) => Number(b.id === target.id) - Number(a.id === target.id));
  const keepIntent: InTransaction = async () => async (seq) => {
    intent = seq;
  };
  const done: InTransaction = async (tx) => {
    const { agent } = operation.actor;
    if (how !== 'replacing' || intent === null)
      return enqueueNotification(services, how, person, target, agent, address)(tx);
    const given = { event: intent, at: services.clock.now() + REPLACEMENT_MS };
    return enqueueReplacing(services, person, target, agent, address, given)(tx);
  };
  await auditLog.change(
    operation,
    {
      event: 'user.mfa.factor.deactivate',
      subject: session.user_id,
      factorId: target.id,
      kind: target.kind,
      ...(how === 'removed' ? unfinished && { why: 'cancelled' } : { why: 'replaced' }),
    },
    async () => {
      // Okta may remove all factors of the method together, so `not_found` is no error after the first.
      for (const member of members) {
        try {
          await factors.remove(member.id);
        } catch (error) {
          if (!touched || !(error instanceof ApiError) || error.code !== 'not_found') throw error;
        }
        touched = true;
      }
    },
    {
      done: () => (unfinished ? {} : { inTransaction: done }),
      classify,
      first: allInTransaction(keepIntent, keepRemovedAddress(address), first),
    },
  );
  const ids = target.members.map(({ id }) => id);
  if (unfinished) for (const id of ids) await stepUps.dropGrants(id);
  if (hasNote(target.note)) await notes.drop(session.user_id, ids);
  void services.outbox.flush();
}
