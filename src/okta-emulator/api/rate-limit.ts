import type { Clock } from '#clock';

const MINUTE = 60_000;

/** What the three rate headers say: calls a window, calls left, and when the window ends in seconds since the epoch. */
export type RateState = { limit: number; remaining: number; reset: number; spent: boolean };

/** One bucket for the whole org. */
export type RateBucket = {
  /** Counts a call, and says how the bucket stands after it. */
  take(): RateState;
  /** Says how it stands without counting. */
  look(): RateState;
  clear(): void;
};

/** What an org without a limit claims in its headers: they are on every answer of Okta's. */
const UNLIMITED = 1_000_000;

/** @param perMinute calls a minute, 0 for no limit. A window starts with its first call, as Okta's do. */
export function createRateBucket(perMinute: number, clock: Clock): RateBucket {
  const limit = perMinute || UNLIMITED;
  let start = 0;
  let taken = 0;
  const state = (): RateState => ({
    limit,
    remaining: perMinute ? Math.max(0, limit - taken) : limit,
    reset: Math.ceil((start + MINUTE) / 1000),
    spent: perMinute > 0 && taken > limit,
  });
  const turn = () => {
    const now = clock.now();
    // The clock may also have been put back by a reset, so a start in the future ends the window too.
    if (now >= start + MINUTE || now < start) {
      start = now;
      taken = 0;
    }
  };
  return {
    take() {
      turn();
      taken += 1;
      return state();
    },
    look() {
      turn();
      return state();
    },
    clear() {
      taken = 0;
      start = 0;
    },
  };
}
