let background = false;

/**
 * The calls that `run` starts do not keep the session alive. A flag is enough, because a refetch calls its query
 * function synchronously.
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
