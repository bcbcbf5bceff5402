/**
 * The current time, as the program sees it. Modules never call `Date`; they receive a clock. In demo mode and in tests,
 * the emulator and the portal share a clock, so that the simulator can move the time for both.
 */
export type Clock = {
  /** Milliseconds since the epoch: the machine's time plus all moves. */
  now(): number;
  /** Moves the time forward by seconds, whole or fractional. Throws a RangeError for a negative number. */
  advance(seconds: number): void;
  /**
   * Converts a time from a real clock (a token's `iat`, `exp`, `auth_time`, in seconds) to this clock's milliseconds.
   * Call it as soon as the token is received. Later moves of this clock then also age this time.
   */
  fromWire(epochSeconds: number): number;
  /** A clock in milliseconds that cannot be set, for deadlines and waits. */
  elapsed(): number;
  /** Undoes all moves. */
  reset(): void;
};

/** The machine's time, in milliseconds. */
export const machineNow: () => number = Date.now;

/**
 * @param machine returns the machine's time in milliseconds; tests pass a fixed time
 * @param elapsed returns milliseconds for deadlines; by default the clock itself, so that tests can move deadlines, too
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
