let background = false;

/**
 * Runs `run` and returns its result. Every call that `run` starts counts as background (timer, focus) and does not keep
 * the session alive. A flag is enough: a refetch starts its query's function synchronously.
 */
export function inBackground<T>(run: () => T): T {
  const outer = background;
  background = true;
  try {
    return run();
  } finally {
    background = outer;
  }
}

export const isInBackground = (): boolean => background;
