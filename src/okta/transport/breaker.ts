/** `unclear`: the caller cancelled the call. */
export type Outcome = 'answered' | 'failed' | 'unclear';

/** After three failures in a row within 30 s, calls fail immediately for 2 s. */
const failures = 3;
const windowMs = 30_000;
const openMs = 2000;

/** After each pause, one call (the probe) tests the org. `clock`: milliseconds. It may be set back. */
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
    /** Null: the call must not be sent now. Otherwise pass the call's outcome to the returned function. */
    enter(): ((outcome: Outcome) => void) | null {
      if (pausedAt === null) return report;
      if (paused()) return null;
      // This call is the probe. A new pause starts for the other calls.
      const startedAt = clock.now();
      pausedAt = startedAt;
      return (outcome) => {
        if (outcome === 'unclear' && pausedAt === startedAt) pausedAt = startedAt - openMs;
        report(outcome);
      };
    },
    /** Milliseconds of `clock`. Null if a call may be sent now. */
    retryAt: () => (paused() && pausedAt !== null ? pausedAt + openMs : null),
    isOpen: () => pausedAt !== null,
    report,
  };
}
