import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { AuditDetails, Actor, AuditLog } from '../../../records/audit-log/audit-log.ts';
import { templatesOf } from '../../../records/notifications/templates/templates.ts';
import type { Outbox } from '../../../records/notifications/outbox.ts';
import type { Approvals } from '../approvals/approvals.ts';
import { assertNoneFrozen, type Freezes } from '../freezes/freezes.ts';
import type { Traces } from '../traces/traces.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';

/**
 * A freeze to end, and who is notified of it. It is stored with the plan of the reset that comes first, if there is
 * one.
 */
export type Unfreeze = {
  userId: string;
  /** When the freeze was last requested. A freeze that was requested again is another one. */
  requestedAt: number;
  person: string;
  /** Every address of the person, those that were removed since seven days before the freeze included. */
  addresses: string[];
  approvalId: string | null;
  actor: Actor;
  about: AuditDetails;
};

type Parts = {
  clock: Clock;
  auditLog: AuditLog;
  outbox: Outbox;
  traces: Traces;
  freezes: Freezes;
  approvals: Approvals;
  portal: { orgName: string; support: string | null };
};

export type Unfreezes = ReturnType<typeof createUnfreezes>;

const notFrozen = () => ApiError.withRule('conflict', 'not_frozen');

/**
 * Creates the unfreezes. Each ends a freeze with its audit row, its approval's end and its notifications in one
 * transaction.
 */
export function createUnfreezes({ clock, auditLog, outbox, traces, freezes, approvals, portal }: Parts) {
  return {
    /** Ends a freeze. Throws `conflict` if it no longer exists, and `frozen` if the agent or approver is frozen. */
    async run({ userId, requestedAt, person, addresses, approvalId, actor, about }: Unfreeze): Promise<void> {
      const text = templatesOf().freeze('unfrozen', { name: person, at: clock.now(), ...portal });
      await auditLog.event(
        actor,
        { ...about, event: 'user.account.unfreeze', factorId: null, kind: null },
        { outcome: 'success' },
        async (step) => {
          await lockPeople(step, userId, actor.userId, about.approver);
          await assertNoneFrozen(step, [actor.userId, about.approver]);
          if (about.approver == null) await traces.assertNone(step, userId, actor.userId);
          if (approvalId !== null) {
            await approvals.assertApproved(approvalId, step);
            await approvals.end(approvalId, 'done', step);
          }
          if (!(await freezes.unfreeze(userId, step, requestedAt))) throw notFrozen();
          return outbox.enqueue({ addresses, ...text })(step);
        },
      );
    },

    /** Throws `conflict` unless exactly that freeze exists. */
    async assertStands({ userId, requestedAt }: Unfreeze, step: Parameters<Freezes['of']>[1]): Promise<void> {
      if ((await freezes.of(userId, step))?.requestedAt !== requestedAt) throw notFrozen();
    },
  };
}
