/**
 * What time it is, and for whom.
 *
 * Modules never ask `Date`; they are handed a clock. In demo mode and in tests the emulator and the
 * portal share one, so that the simulator can move time for both at once.
 */
export type Clock = {
  /** Milliseconds since the epoch, as this program sees it: the machine's time plus whatever was moved. */
  now(): number;
  /** Moves time forward by whole or broken seconds. Throws a RangeError for less than zero: time never runs back. */
  advance(seconds: number): void;
  /**
   * Translates a moment that was stamped by a real clock (a token's `iat`, `exp`, `auth_time`, in seconds)
   * into this clock's milliseconds, at the time it arrives. What is moved later then ages it like everything else.
   */
  fromWire(epochSeconds: number): number;
  /** Back to the machine's time. */
  reset(): void;
};

/** @param machine the machine's own time in milliseconds; a parameter so that tests can hold it still. */
export function createClock(machine: () => number = Date.now): Clock {
  let moved = 0;
  return {
    now: () => machine() + moved,
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
