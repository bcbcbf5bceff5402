/**
 * The current time, as the program sees it.
 * Modules never ask `Date`; they receive a clock. In demo mode and in tests the emulator and the portal share one, so
 * that the simulator can move time for both at once.
 */
export type Clock = {
  /** Milliseconds since the epoch, as this program sees it: the machine's time plus whatever was added. */
  now(): number;
  /**
   * Moves time forward by seconds, whole or fractional. Throws a RangeError for less than zero: time never runs back.
   */
  advance(seconds: number): void;
  /**
   * Converts a time that a real clock stamped (a token's `iat`, `exp`, `auth_time`, in seconds) to this clock's
   * milliseconds when it arrives. Later moves of this clock then age it like everything else.
   */
  fromWire(epochSeconds: number): number;
  /** Milliseconds of a clock that nobody sets: for deadlines and waits. */
  elapsed(): number;
  /** Resets to the machine's time. */
  reset(): void;
};

/** The machine's time, in milliseconds. */
export const machineNow: () => number = Date.now;

/**
 * @param machine returns the machine's time in milliseconds; tests pass a fixed one
 * @param elapsed returns milliseconds for deadlines; without it they go by this clock, so that tests move them
 */
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
