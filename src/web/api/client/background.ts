let background = false;

/**
 * Runs `act`; every call it starts is marked as not the person's own doing (timer, focus), so that it does not keep a
 * session alive. A query's function is started in the same turn as its refetch, which is why a flag is enough.
 */
export function inBackground<T>(act: () => T): T {
  const before = background;
  background = true;
  try {
    return act();
  } finally {
    background = before;
  }
}

export const isInBackground = (): boolean => background;
