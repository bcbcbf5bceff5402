let background = false;

/**
 * Runs `act` and returns its result. Every call that `act` starts counts as background (timer, focus) and does not keep
 * the session alive. A flag is enough: a refetch starts its query's function synchronously.
 */
export function inBackground<T>(run: () => T): T {
  const before = background;
  background = true;
  try {
    return run();
  } finally {
    background = before;
  }
}

export const isInBackground = (): boolean => background;
