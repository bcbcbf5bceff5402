import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';
import { runShared, waitForShared } from '#okta/transport/call-scope.ts';
import { apiErrorOf } from './errors/api-errors.ts';

type FreshCacheOptions = {
  /** How long an answer is fresh, in milliseconds of the portal's clock; absent: as long as the process lives. */
  ms?: number;
  /** The most keys that are kept; the least recently used are dropped first. */
  max: number;
};

/**
 * Caches Okta's answers. Only one call per key runs at a time, and other callers wait for its answer. A failure is not
 * cached, and keeps an earlier answer.
 */
export function createFreshCache<V extends {}>(clock: Clock, { ms, max }: FreshCacheOptions) {
  const answers = new LRUCache<string, V, () => Promise<V>>({
    max,
    // lru-cache still gives an entry whose age equals its ttl.
    ttl: ms === undefined ? 0 : ms - 1,
    // Otherwise it reads the clock only once per millisecond, by a timer.
    ttlResolution: 0,
    perf: { now: () => clock.now() },
    fetchMethod: (_key, _old, { context: ask }) => runShared(clock.now(), ask),
    // If a key is deleted during a call, the callers still get the answer, but it is not cached.
    ignoreFetchAbort: true,
    noDeleteOnFetchRejection: true,
  });

  return {
    /** The fresh answer, if any; calls nobody. */
    fresh: (key: string): V | undefined => answers.get(key),

    /**
     * Returns the fresh answer, or else what `ask` returns. Throws only an ApiError.
     * @param now skips the cache
     */
    async get(key: string, ask: () => Promise<V>, now = false): Promise<V> {
      const found = now ? undefined : answers.get(key);
      if (found !== undefined) return found;
      try {
        return await waitForShared(answers.forceFetch(key, { context: ask, forceRefresh: true }), clock.now());
      } catch (error) {
        throw apiErrorOf(error, clock.now());
      }
    },

    delete: (key: string): void => void answers.delete(key),
    clear: (): void => answers.clear(),
  };
}
