/** Whether a call reached the org; `unclear` when the caller cancelled it. */
export type Outcome = 'answered' | 'failed' | 'unclear';

/** After three consecutive failures within half a minute, calls fail immediately for two seconds. */
const failures = 3;
const windowMs = 30_000;
const openMs = 2000;

/**
 * Makes calls fail immediately while the org is unreachable. After each pause, one probe tests whether the org answers
 * again. A probe without an answer does not delay the next probe, so recovery is noticed within two pauses.
 * @param clock in milliseconds; if it was set back, a pause that would begin in the future counts as over
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
    // A call from before the pause may fail much later. It must not lengthen the pause.
    if (pausedAt !== null) return;
    const now = clock.now();
    if (failed.count === 0 || now - failed.since > windowMs || now < failed.since) failed = { count: 0, since: now };
    failed.count += 1;
    if (failed.count >= failures) pausedAt = now;
  }

  return {
    /**
     * Asks for permission to send a call. Null: not now; `retryAt` says when to try again. Otherwise call the returned
     * function with the outcome.
     */
    enter(): ((outcome: Outcome) => void) | null {
      if (pausedAt === null) return report;
      if (paused()) return null;
      // This call is the probe and starts a new pause for other calls. If its outcome is unclear, the next call may
      // probe.
      const startedAt = clock.now();
      pausedAt = startedAt;
      return (outcome) => {
        if (outcome === 'unclear' && pausedAt === startedAt) pausedAt = startedAt - openMs;
        report(outcome);
      };
    },
    /** When the next call may be sent, in milliseconds of `clock`; null if a call may be sent now. */
    retryAt: () => (paused() && pausedAt !== null ? pausedAt + openMs : null),
    /** Whether the breaker is open: the org did not answer recently, so only probes are sent. */
    isOpen: () => pausedAt !== null,
    /** Reports the outcome of a ping, which is sent without `enter`. */
    report,
  };
}
