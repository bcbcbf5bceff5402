export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Modules receive a clock and never call `Date`, so that the simulator can move the time for emulator and portal. */
export type Clock = {
  /** Milliseconds since 1970, including all moves. */
  now(): number;
  /** Seconds may be fractional. Throws a RangeError for a negative number. */
  advance(seconds: number): void;
  /** Converts a token's time (s) to this clock's (ms). Call it when the token arrives. */
  fromWire(epochSeconds: number): number;
  /** Milliseconds, for deadlines. In the portal, they come from a clock that cannot be set. */
  elapsed(): number;
  reset(): void;
};

export const machineNow: () => number = Date.now;

/** @param elapsed milliseconds for deadlines. Default: the clock itself, so that tests can move deadlines */
export function createClock(machine: () => number = machineNow, elapsed?: () => number): Clock {
  let moved = 0;
  const now = () => machine() + moved;
  return {
    now,
    elapsed: elapsed ?? now,
    advance(seconds) {
      if (!(seconds >= 0) || !Number.isFinite(seconds)) throw new RangeError('a clock only moves forward');
      moved += seconds * 1000;
    },
    fromWire: (epochSeconds) => epochSeconds * 1000 + moved,
    reset() {
      moved = 0;
    },
  };
}
