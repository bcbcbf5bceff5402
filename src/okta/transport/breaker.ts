/** Whether a call reached the org; `unclear` when the caller cancelled it. */
export type Outcome = 'answered' | 'failed' | 'unclear';

/** After three consecutive failures within half a minute, calls fail fast for two seconds. */
const failures = 3;
const windowMs = 30_000;
const openMs = 2000;

/**
 * Fails calls fast while the org is unreachable: after the pause one probe at a time finds out whether it is back. A
 * probe without answer for another pause does not delay the next one, so recovery is seen within two pauses.
 * @param clock in milliseconds. When it is set back, a pause that seems to lie in the future is over.
 */
export function createBreaker(clock: { now(): number }) {
  let failed: { count: number; since: number } = { count: 0, since: 0 };
  let pausedAt: number | null = null;

  const paused = () => {
    if (pausedAt === null) return false;
    const since = clock.now() - pausedAt;
    return since >= 0 && since < openMs;
  };

  function report(outcome: Outcome): void {
    if (outcome === 'unclear') return;
    if (outcome === 'answered') {
      failed = { count: 0, since: 0 };
      pausedAt = null;
      return;
    }
    // A call that began before the pause may fail long after: it must not lengthen the pause.
    if (pausedAt !== null) return;
    const now = clock.now();
    if (failed.count === 0 || now - failed.since > windowMs || now < failed.since) failed = { count: 0, since: now };
    failed.count += 1;
    if (failed.count >= failures) pausedAt = now;
  }

  return {
    /**
     * Requests permission for a call. Null means no; `retryAt` then says when to try again. The returned function must
     * get the call's outcome.
     */
    enter(): ((outcome: Outcome) => void) | null {
      if (pausedAt === null) return report;
      if (paused()) return null;
      // This call is the probe; other calls see a new pause. If it ends without outcome, the next call may probe.
      const startedAt = clock.now();
      pausedAt = startedAt;
      return (outcome) => {
        if (outcome === 'unclear' && pausedAt === startedAt) pausedAt = startedAt - openMs;
        report(outcome);
      };
    },
    /** When the next probe may run, by the clock; null when the breaker is closed. */
    retryAt: () => (paused() && pausedAt !== null ? pausedAt + openMs : null),
    /** Whether the org did not answer lately: calls fail fast, but for a probe. */
    isOpen: () => pausedAt !== null,
    /** Reports the outcome of a ping. */
    report,
  };
}
