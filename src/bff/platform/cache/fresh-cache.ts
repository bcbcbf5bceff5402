import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';
import { runShared, waitForShared } from '#okta/transport/call-scope.ts';
import { toApiError } from '../errors/api-errors.ts';

type FreshCacheOptions = {
  /** How long an answer stays fresh, in ms. Default: as long as the process lives. */
  ms?: number;
  /** The maximum number of keys. The cache drops the least recently used key first. */
  max: number;
};

/** `askedAt`: when the call to Okta began, in ms. */
type Kept<V> = { askedAt: number; answer: V };

/** A failed call is not cached, and the earlier answer stays. */
export function createFreshCache<V extends {}>(clock: Clock, { ms, max }: FreshCacheOptions) {
  const answers = new LRUCache<string, Kept<V>, () => Promise<V>>({
    max,
    fetchMethod: async (_key, _old, { context: ask }) => {
      const askedAt = clock.now();
      return { askedAt, answer: await runShared(ask) };
    },
    // If a key is deleted during a call, the callers still get the answer, but it is not cached.
    ignoreFetchAbort: true,
    noDeleteOnFetchRejection: true,
  });

  function fresh(key: string): V | undefined {
    const kept = answers.get(key);
    if (kept === undefined || ms === undefined) return kept?.answer;
    const age = clock.now() - kept.askedAt;
    // If the age is negative, the clock was set back after the answer was cached.
    return age >= 0 && age < ms ? kept.answer : undefined;
  }

  /** Makes the next `get` start a new call, because a call that already runs may read an older state at Okta. */
  function detach(key: string): void {
    const kept = answers.get(key);
    answers.delete(key);
    if (kept !== undefined) answers.set(key, kept);
  }

  return {
    fresh,

    /** Throws only an ApiError. `now` skips the cache and any call that already runs. */
    async get(key: string, ask: () => Promise<V>, now = false): Promise<V> {
      const found = now ? undefined : fresh(key);
      if (found !== undefined) return found;
      if (now) detach(key);
      try {
        const call = answers.forceFetch(key, { context: ask, forceRefresh: true });
        return (await waitForShared(call)).answer;
      } catch (error) {
        throw toApiError(error, clock.now());
      }
    },

    delete: (key: string): void => void answers.delete(key),
    clear: (): void => answers.clear(),
  };
}
