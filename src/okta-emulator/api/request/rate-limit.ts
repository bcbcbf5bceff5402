import type { Clock } from '#clock';

const MINUTE = 60_000;

/** The state of a window: calls allowed, calls left, and the window's end in seconds since the epoch. */
export type RateState = { limit: number; remaining: number; reset: number; exhausted: boolean };

/** One rate-limit bucket for the whole org. */
export type RateBucket = {
  /** Counts a call and returns the state after it. */
  take(): RateState;
  /** Returns the state without counting a call. */
  peek(): RateState;
  clear(): void;
};

/** The limit in the headers of an org without limits: Okta sends these headers with every answer. */
const UNLIMITED = 1_000_000;

/**
 * @param calls calls allowed in a window; 0: no limit. As at Okta, a window starts with its first call.
 * @param windowMs the window's length in milliseconds; at Okta a minute
 */
export function createRateBucket(calls: number, clock: Clock, windowMs = MINUTE): RateBucket {
  const limit = calls || UNLIMITED;
  let start = 0;
  let taken = 0;
  const state = (): RateState => ({
    limit,
    remaining: calls ? Math.max(0, limit - taken) : limit,
    reset: Math.ceil((start + windowMs) / 1000),
    exhausted: calls > 0 && taken > limit,
  });
  const turn = () => {
    const now = clock.now();
    // A reset may set the clock back, so a start in the future also ends the window.
    if (now >= start + windowMs || now < start) {
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
    peek() {
      turn();
      return state();
    },
    clear() {
      taken = 0;
      start = 0;
    },
  };
}
