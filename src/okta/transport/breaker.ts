/** How a call went, as far as the org being there is concerned; `unclear` is a caller who gave up. */
export type Outcome = 'answered' | 'failed' | 'unclear';

export type Breaker = {
  /** Asks to be let through. Null means no; then `retryAt` says from when. What is let through must be settled. */
  enter(): ((outcome: Outcome) => void) | null;
  /** When the next probe may go, by the clock; null when the way is free. */
  retryAt(): number | null;
  /** Told from outside, by a ping. */
  tell(outcome: Outcome): void;
};

/**
 * Three calls in a row unanswered, the last of them within half a minute of the first: then nobody waits for the org
 * for two seconds.
 */
const failures = 3;
const windowMs = 30_000;
const openMs = 2000;

/**
 * Fails fast while the org is out of reach: after the pause one probe at a time finds out. A probe that is still
 * unanswered after another pause does not hold up the next one, so that recovery is seen within two pauses whatever
 * hangs.
 *
 * @param clock milliseconds. It may be set back; a pause that then seems to lie in the future is over.
 */
export function createBreaker(clock: { now(): number }): Breaker {
  let failed: { count: number; since: number } = { count: 0, since: 0 };
  let pausedAt: number | null = null;

  const paused = () => {
    if (pausedAt === null) return false;
    const since = clock.now() - pausedAt;
    return since >= 0 && since < openMs;
  };

  function tell(outcome: Outcome): void {
    if (outcome === 'unclear') return;
    if (outcome === 'answered') {
      failed = { count: 0, since: 0 };
      pausedAt = null;
      return;
    }
    // What was under way before the pause may fail long after it began: it says nothing new and must not lengthen it.
    if (pausedAt !== null) return;
    const now = clock.now();
    if (failed.count === 0 || now - failed.since > windowMs || now < failed.since) failed = { count: 0, since: now };
    failed.count += 1;
    if (failed.count >= failures) pausedAt = now;
  }

  return {
    enter() {
      if (pausedAt === null) return tell;
      if (paused()) return null;
      // This call is the probe. Others find the pause begun anew; if it comes back without a verdict, the next one may
      // go.
      const mine = clock.now();
      pausedAt = mine;
      return (outcome) => {
        if (outcome === 'unclear' && pausedAt === mine) pausedAt = mine - openMs;
        tell(outcome);
      };
    },
    retryAt: () => (paused() && pausedAt !== null ? pausedAt + openMs : null),
    tell,
  };
}
