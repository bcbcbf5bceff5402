import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';

const WINDOW_MS = 60_000;

/** A refusal: until when (milliseconds), and by how many requests this window exceeds the limit, this one included. */
export type Over = { until: number; beyond: number };
export type Windows = ReturnType<typeof createWindows>;

/**
 * Counts requests by key, in windows of a minute that start with the key's first request. At most `most` keys are kept,
 * and the least recently seen are dropped. So a flood of keys can only loosen a limit; it never blocks another client.
 */
export function createWindows(clock: Pick<Clock, 'now'>, most = 20_000) {
  const windows = new LRUCache<string, { since: number; count: number }>({ max: most });
  return {
    /** Counts one request. Returns null if it is within `max` per minute. */
    take(key: string, max: number): Over | null {
      const now = clock.now();
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { since: now, count: 0 }));
      // A window that starts in the future was created before the clock was set back.
      else if (now >= window.since + WINDOW_MS || now < window.since) Object.assign(window, { since: now, count: 0 });
      window.count += 1;
      return window.count <= max ? null : { until: window.since + WINDOW_MS, beyond: window.count - max };
    },
    /** Takes back one request of a key's window. */
    giveBack(key: string): void {
      const window = windows.get(key);
      if (window && window.count > 0) window.count -= 1;
    },
    /** The number of keys that are counted now. */
    size: () => windows.size,
  };
}
