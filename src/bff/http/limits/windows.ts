import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';

const WINDOW_MS = 60_000;

/**
 * A refusal: until when (milliseconds), and how many requests beyond the limit this window has had, this one included.
 */
export type Over = { until: number; beyond: number };
export type Windows = ReturnType<typeof createWindows>;

/**
 * Counts by key, in windows of a minute that begin with a key's first request. Memory is bounded: of more than `most`
 * keys, those not seen for longest are forgotten. A flood of keys can therefore only loosen a limit, and never close it
 * to somebody else.
 */
export function createWindows(clock: Pick<Clock, 'now'>, most = 20_000) {
  const windows = new LRUCache<string, { since: number; count: number }>({ max: most });
  return {
    /** Counts one request; null when it is within `max` a minute. */
    take(key: string, max: number): Over | null {
      const now = clock.now();
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { since: now, count: 0 }));
      // A window that seems to lie ahead is left from before the clock was set back.
      else if (now >= window.since + WINDOW_MS || now < window.since) Object.assign(window, { since: now, count: 0 });
      window.count += 1;
      return window.count <= max ? null : { until: window.since + WINDOW_MS, beyond: window.count - max };
    },
    /** How many keys are counted now. */
    size: () => windows.size,
  };
}
