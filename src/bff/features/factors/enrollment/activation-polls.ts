import type { Clock } from '#clock';
import { runShared } from '#okta/transport/call-scope.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { InTransaction, AuditLog, Decision } from '../../../records/audit-log/audit-log.ts';
import type { PersonFactors } from '../../../identity/methods/person-factors.ts';

const EVENT = 'user.mfa.factor.activate';

/** Minimum time between two questions to Okta about one factor, in ms, over all tabs. */
const EVERY_MS = 4000;
const MOST_KNOWN = 10_000;

/** One question to Okta and its result. It is valid for `EVERY_MS`, or for good once the enrollment has ended. */
type Poll = { askedAt: number; answer: Promise<ActivationState>; going: boolean; over: boolean };

export type ActivationPolls = ReturnType<typeof createActivationPolls>;

/**
 * Enrollments that the person finishes on a phone. Each has an open intent in the audit log from its start.
 * A poll and the reconciliation both look for the result; the first to see it writes the outcome and the notification.
 */
export function createActivationPolls(auditLog: AuditLog, clock: Clock) {
  const polls = new Map<string, Poll>();
  /** Takes the absolute difference, because the clock may have been set back after `askedAt`. */
  const isWithin = ({ askedAt }: Poll, ms: number) => Math.abs(clock.now() - askedAt) < ms;

  return {
    /** Starts to wait for a phone. An earlier enrollment of the same factor ends. */
    async begin(operation: Decision, userId: string, factorId: string, kind: string): Promise<void> {
      for (const earlier of await auditLog.findOpen(userId, EVENT, factorId))
        await auditLog.reconcile(earlier, { outcome: 'failure', reason: 'begun anew' });
      polls.delete(factorId);
      await auditLog.intend(operation, { event: EVENT, subject: userId, factorId, kind }, 'by phone');
    },

    /**
     * Returns an enrollment's state, at most four seconds old. Does not ask Okta again once the enrollment has ended.
     * Rejects for four seconds after a failed call to Okta.
     */
    async ask(factorId: string, factors: PersonFactors): Promise<ActivationState> {
      const now = clock.now();
      const known = polls.get(factorId);
      if (known && (known.going || known.over || isWithin(known, EVERY_MS))) return known.answer;
      const poll: Poll = {
        askedAt: now,
        answer: runShared(() => factors.pollActivation(factorId)),
        going: true,
        over: false,
      };
      polls.delete(factorId);
      polls.set(factorId, poll);
      if (polls.size > MOST_KNOWN) polls.delete(polls.keys().next().value!);
      try {
        const { factorResult } = await poll.answer;
        poll.over = factorResult !== 'WAITING';
      } finally {
        poll.going = false;
      }
      return poll.answer;
    },

    /** Whether a page polled in the last `ms` milliseconds. Reconciliation then leaves the enrollment to the page. */
    watched: (factorId: string, ms: number): boolean => {
      const known = polls.get(factorId);
      return known !== undefined && isWithin(known, ms);
    },

    /** Records that the factor is active, with its notification. Returns false if this is already recorded. */
    async finish(userId: string, factorId: string, inTransaction: InTransaction): Promise<boolean> {
      const [intent] = await auditLog.findOpen(userId, EVENT, factorId);
      return (
        intent !== undefined &&
        (await auditLog.reconcile(intent, { outcome: 'success', reason: 'by phone' }, inTransaction))
      );
    },

    forget(): void {
      polls.clear();
    },
  };
}
