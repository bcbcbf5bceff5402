import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';
import { runShared, waitForShared } from '#okta/transport/call-scope.ts';
import { apiErrorOf } from './errors/api-errors.ts';

type FreshCacheOptions = {
  /** How long an answer counts as fresh, by our clock; for as long as the process lives when it is left out. */
  ms?: number;
  /** The most keys that are kept; those not used for longest go first. */
  max: number;
};

/**
 * Keeps what Okta answered for a time. One call at a time for each key: whoever asks meanwhile waits for its answer.
 * A failure is not kept, and leaves an earlier answer as it was.
 */
export function createFreshCache<V extends {}>(clock: Clock, { ms, max }: FreshCacheOptions) {
  const answers = new LRUCache<string, V, () => Promise<V>>({
    max,
    // lru-cache still gives an entry whose age equals its ttl.
    ttl: ms === undefined ? 0 : ms - 1,
    // Else it asks the clock only once in a millisecond, by a timer.
    ttlResolution: 0,
    perf: { now: () => clock.now() },
    fetchMethod: (_key, _old, { context: ask }) => runShared(clock.now(), ask),
    // An answer to a key that was deleted meanwhile still goes to who waits for it, and is not kept.
    ignoreFetchAbort: true,
    noDeleteOnFetchRejection: true,
  });

  return {
    /** What is fresh, without asking. */
    fresh: (key: string): V | undefined => answers.get(key),

    /**
     * What is fresh, else what `ask` gives. Throws an ApiError only.
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
