import type { Clock } from '#clock';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { Actor, Alongside, Audit } from '../audit/audit.ts';
import type { PersonFactors } from './person-factors.ts';

/** How the trail marks an intent that a phone finishes. */
export const BY_PHONE = 'by phone';
const EVENT = 'user.mfa.factor.activate';

/** The org is asked no more often than this about one factor, whatever the tabs. */
const EVERY_MS = 4000;
const MOST_KNOWN = 10_000;

type Poll = { askedAt: number; state: ActivationState | null; asking: Promise<ActivationState> | null };

export type ActivationPolls = ReturnType<typeof createActivationPolls>;

/**
 * Enrollments that somebody's phone finishes, not we. Each is an intent in the trail from its first moment, so that its outcome and its
 * notice come exactly once, from a poll or (where nobody looks any more) from settling.
 */
export function createActivationPolls(audit: Audit, clock: Clock) {
  const polls = new Map<string, Poll>();

  return {
    /** Begins to wait for a phone. An enrollment begun anew ends the one before. */
    async begin(actor: Actor, userId: string, factorId: string, kind: string): Promise<void> {
      for (const earlier of await audit.openOf(userId, EVENT, factorId)) await audit.settle(earlier, { outcome: 'failure', reason: 'begun anew' });
      polls.delete(factorId);
      await audit.intend(actor, { event: EVENT, subject: userId, factorId, kind }, BY_PHONE);
    },

    /** How it stands, as at most four seconds ago; after an end nobody asks again. Rejects as the org's call does. */
    async ask(factorId: string, factors: PersonFactors): Promise<ActivationState> {
      const now = clock.now();
      const known = polls.get(factorId);
      if (known?.asking) return known.asking;
      const over = known?.state != null && known.state.factorResult !== 'WAITING';
      if (known?.state && (over || now - known.askedAt < EVERY_MS)) return known.state;
      const poll: Poll = { askedAt: now, state: known?.state ?? null, asking: null };
      polls.delete(factorId);
      polls.set(factorId, poll);
      if (polls.size > MOST_KNOWN) polls.delete(polls.keys().next().value!);
      poll.asking = factors
        .pollActivation(factorId)
        .then((state) => (poll.state = state))
        .finally(() => (poll.asking = null));
      return poll.asking;
    },

    /** Whether somebody asked in the last `ms` milliseconds, so that nobody else need. */
    watched: (factorId: string, ms: number): boolean => {
      const known = polls.get(factorId);
      return known !== undefined && clock.now() - known.askedAt < ms;
    },

    /** Writes that it is on, with what is owed for it; false when that stands already. */
    async finish(userId: string, factorId: string, alongside: Alongside): Promise<boolean> {
      const [intent] = await audit.openOf(userId, EVENT, factorId);
      return intent !== undefined && (await audit.settle(intent, { outcome: 'success', reason: BY_PHONE }, alongside));
    },

    forget(): void {
      polls.clear();
    },
  };
}
