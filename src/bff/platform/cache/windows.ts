import { LRUCache } from 'lru-cache';
import type { Clock } from '#clock';

const WINDOW_MS = 60_000;

/** `until`: when the key's minute ends, in ms. `beyond`: by how many requests the key is over the limit. */
export type Over = { until: number; beyond: number };
export type Windows = ReturnType<typeof createWindows>;

/** A flood of keys drops the least recently seen key: it can loosen a limit, but never blocks another client. */
export function createWindows(clock: Pick<Clock, 'now'>, most = 20_000) {
  const windows = new LRUCache<string, { since: number; count: number }>({ max: most });
  return {
    /** Returns null if the key's minute has at most `max` requests. */
    take(key: string, max: number): Over | null {
      const now = clock.now();
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { since: now, count: 0 }));
      // The clock was set back if the start is in the future.
      else if (now >= window.since + WINDOW_MS || now < window.since) Object.assign(window, { since: now, count: 0 });
      window.count += 1;
      return window.count <= max ? null : { until: window.since + WINDOW_MS, beyond: window.count - max };
    },
    giveBack(key: string): void {
      const window = windows.get(key);
      if (window && window.count > 0) window.count -= 1;
    },
    size: () => windows.size,
  };
}
