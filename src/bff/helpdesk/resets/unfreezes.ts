import { ApiError } from '#contract/errors.ts';
import { defaultLocale } from '#contract/locales.ts';
import type { Clock } from '#clock';
import type { AuditDetails, Actor, AuditLog } from '../../audit-log/audit-log.ts';
import { templatesOf } from '../../notifications/templates/templates.ts';
import type { Outbox } from '../../notifications/outbox.ts';
import type { Approvals } from '../approvals/approvals.ts';
import { assertNoneFrozen } from '../freezes/freezes.ts';
import type { Freezes } from '../freezes/freezes.ts';

/**
 * A freeze that is to be lifted, and whom that is to be told. Kept with the plan of the reset that comes first, if
 * there is one.
 */
export type Unfreeze = {
  userId: string;
  /** When the freeze was last asked for: one that was asked for again is another. */
  requestedAt: number;
  person: string;
  /** Every address of theirs, those that were removed since seven days before the freeze too. */
  addresses: string[];
  approvalId: string | null;
  actor: Actor;
  about: AuditDetails;
};

type Parts = {
  clock: Clock;
  auditLog: AuditLog;
  outbox: Outbox;
  freezes: Freezes;
  approvals: Approvals;
  words: { orgName: string; support: string | null };
};

export type Unfreezes = ReturnType<typeof createUnfreezes>;

const notFrozen = () =>
  new ApiError('conflict', 'Nothing is stopped there, or it was stopped again.', { rule: 'not_frozen' });

/** Lifts freezes, each with its audit row, its approval's end and its notifications in one transaction. */
export function createUnfreezes({ clock, auditLog, outbox, freezes, approvals, words }: Parts) {
  return {
    /** Throws `conflict` when that freeze is there no more, `frozen` when whoever asks or approves is frozen. */
    async run({ userId, requestedAt, person, addresses, approvalId, actor, about }: Unfreeze): Promise<void> {
      const text = templatesOf(defaultLocale).freeze('unfrozen', { name: person, at: clock.now(), ...words });
      await auditLog.event(
        actor,
        { ...about, event: 'user.account.unfreeze', factorId: null, kind: null },
        { outcome: 'success' },
        async (step, seq) => {
          await assertNoneFrozen(step, [actor.userId, about.approver]);
          if (approvalId !== null) {
            await approvals.assertApproved(approvalId, step);
            await approvals.end(approvalId, 'done', step);
          }
          if (!(await freezes.unfreeze(userId, step, requestedAt))) throw notFrozen();
          await outbox.enqueue({ addresses, ...text })(step, seq);
        },
      );
    },

    /** Throws `conflict` unless that very freeze stands. */
    async assertStands({ userId, requestedAt }: Unfreeze, step: Parameters<Freezes['of']>[1]): Promise<void> {
      if ((await freezes.of(userId, step))?.requestedAt !== requestedAt) throw notFrozen();
    },
  };
}
