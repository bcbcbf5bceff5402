import type { Clock } from '#clock';
import { runShared } from '#okta/transport/call-scope.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { InTransaction, AuditLog, Decision } from '../../../records/audit-log/audit-log.ts';
import type { PersonFactors } from '../../../identity/methods/person-factors.ts';

const EVENT = 'user.mfa.factor.activate';

/** Least time in ms between two calls to Okta about one factor, for all tabs together. */
const EVERY_MS = 4000;
const MOST_KNOWN = 10_000;

/** `going`: the call to Okta runs. `over`: the enrollment has ended, so the answer is final. */
type Poll = { askedAt: number; answer: Promise<ActivationState>; going: boolean; over: boolean };

export type ActivationPolls = ReturnType<typeof createActivationPolls>;

/**
 * Enrollments that end on a phone. Polls and the reconciliation both look for the result.
 * Only the first that sees the result records it.
 */
export function createActivationPolls(auditLog: AuditLog, clock: Clock) {
  const polls = new Map<string, Poll>();
  /** Uses the absolute difference, because the clock may have been set back. */
  const isWithin = ({ askedAt }: Poll, ms: number) => Math.abs(clock.now() - askedAt) < ms;

  return {
    async begin(operation: Decision, userId: string, factorId: string, kind: string): Promise<void> {
      for (const earlier of await auditLog.findOpen(userId, EVENT, factorId))
        await auditLog.reconcile(earlier, { outcome: 'failure', reason: 'begun anew' });
      polls.delete(factorId);
      await auditLog.intend(operation, { event: EVENT, subject: userId, factorId, kind }, 'by phone');
    },

    /** Returns a state that is at most four seconds old. After a failed call, rejects for four seconds. */
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

    watched: (factorId: string, ms: number): boolean => {
      const known = polls.get(factorId);
      return known !== undefined && isWithin(known, ms);
    },

    /** Returns false if the result is already recorded. */
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
