import { MINUTE_MS, type Clock } from '#clock';

/** `reset`: the window's end in seconds since 1970. */
export type RateState = { limit: number; remaining: number; reset: number; exhausted: boolean };

export type RateBucket = {
  take(): RateState;
  peek(): RateState;
  clear(): void;
};

/** Okta sends the headers even if an org has no limits: with a large number. */
const UNLIMITED = 1_000_000;

/** As at Okta, a window starts with its first call. `calls`: calls allowed in a window, or 0 for no limit. */
export function createRateBucket(calls: number, clock: Clock, windowMs = MINUTE_MS): RateBucket {
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
