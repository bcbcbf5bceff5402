import type { Clock } from '#clock';
import { runShared } from '#okta/transport/call-scope.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { Actor, Alongside, AuditLog } from '../../audit-log/audit-log.ts';
import type { PersonFactors } from '../methods/person-factors.ts';

/** How the audit log marks an intent that a phone finishes. */
export const BY_PHONE = 'by phone';
const EVENT = 'user.mfa.factor.activate';

/** The org is asked no more often than this about one factor, whatever the tabs. */
const EVERY_MS = 4000;
const MOST_KNOWN = 10_000;

/**
 * One question: its answer or failure, which stands until it is time for the next, for good once the enrollment has
 * ended.
 */
type Poll = { askedAt: number; answer: Promise<ActivationState>; going: boolean; over: boolean };

export type ActivationPolls = ReturnType<typeof createActivationPolls>;

/**
 * Enrollments that somebody's phone finishes, not we. Each is an intent in the audit log from its first moment, so that its
 * outcome and its notice come exactly once, from a poll or (where nobody looks any more) from settling.
 */
export function createActivationPolls(auditLog: AuditLog, clock: Clock) {
  const polls = new Map<string, Poll>();

  return {
    /** Begins to wait for a phone. An enrollment begun anew ends the one before. */
    async begin(actor: Actor, userId: string, factorId: string, kind: string): Promise<void> {
      for (const earlier of await auditLog.openOf(userId, EVENT, factorId))
        await auditLog.reconcile(earlier, { outcome: 'failure', reason: 'begun anew' });
      polls.delete(factorId);
      await auditLog.intend(actor, { event: EVENT, subject: userId, factorId, kind }, BY_PHONE);
    },

    /**
     * How it stands, as at most four seconds ago; after an end nobody asks again. Rejects as the org's call does, for
     * as long.
     */
    async ask(factorId: string, factors: PersonFactors): Promise<ActivationState> {
      const now = clock.now();
      const known = polls.get(factorId);
      if (known && (known.going || known.over || now - known.askedAt < EVERY_MS)) return known.answer;
      const poll: Poll = {
        askedAt: now,
        answer: runShared(now, () => factors.pollActivation(factorId)),
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

    /** Whether somebody asked in the last `ms` milliseconds, so that nobody else need. */
    watched: (factorId: string, ms: number): boolean => {
      const known = polls.get(factorId);
      return known !== undefined && clock.now() - known.askedAt < ms;
    },

    /** Writes that it is on, with what is owed for it; false when that stands already. */
    async finish(userId: string, factorId: string, alongside: Alongside): Promise<boolean> {
      const [intent] = await auditLog.openOf(userId, EVENT, factorId);
      return (
        intent !== undefined && (await auditLog.reconcile(intent, { outcome: 'success', reason: BY_PHONE }, alongside))
      );
    },

    forget(): void {
      polls.clear();
    },
  };
}
