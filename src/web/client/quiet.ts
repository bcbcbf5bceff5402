let quiet = false;

/**
 * Runs `act`; every call it starts is marked as not the person's own doing (timer, focus), so that it does not keep a
 * session alive. A query's function is started in the same turn as its refetch, which is why a flag is enough.
 */
export function quietly<T>(act: () => T): T {
  const before = quiet;
  quiet = true;
  try {
    return act();
  } finally {
    quiet = before;
  }
}

export const isQuiet = (): boolean => quiet;
