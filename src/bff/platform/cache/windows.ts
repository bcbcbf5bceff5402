import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';

const WINDOW_MS = 60_000;

/**
 * A refused request. `until`: when the window ends, in milliseconds. `beyond`: by how many requests, this one included,
 * the window is over the limit.
 */
export type Over = { until: number; beyond: number };
export type Windows = ReturnType<typeof createWindows>;

/**
 * Counts requests by key. A key's window of one minute starts with its first request. At most `most` keys are kept, and
 * the least recently seen are dropped: a flood of keys can loosen a limit, but never blocks another client.
 */
export function createWindows(clock: Pick<Clock, 'now'>, most = 20_000) {
  const windows = new LRUCache<string, { since: number; count: number }>({ max: most });
  return {
    /** Counts one request. Returns null if the window has at most `max` requests. */
    take(key: string, max: number): Over | null {
      const now = clock.now();
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { since: now, count: 0 }));
      // If a window starts in the future, the clock was set back after it was created.
      else if (now >= window.since + WINDOW_MS || now < window.since) Object.assign(window, { since: now, count: 0 });
      window.count += 1;
      return window.count <= max ? null : { until: window.since + WINDOW_MS, beyond: window.count - max };
    },
    /** Takes back one counted request of a key. */
    giveBack(key: string): void {
      const window = windows.get(key);
      if (window && window.count > 0) window.count -= 1;
    },
    size: () => windows.size,
  };
}
