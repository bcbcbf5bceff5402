let background = false;

/**
 * Runs `run` and returns its result. The calls that `run` starts count as background calls, like those of a timer or on
 * focus: such calls do not keep the session alive. A flag suffices because a refetch calls its query function
 * synchronously.
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
