import { MINUTE_MS } from '#clock';
import type { BucketSnapshot } from '#okta/transport/budget.ts';
import { OktaError } from '#okta/wire/okta-error.ts';

/** Longer than a minute, because calls that are sent evenly may arrive closer together. */
const WINDOW_MS = 62_000;
/** Enough for about half an hour in which the org refuses a call or does not answer. */
const TRIES = 30;

/** `share`: the part of each rate limit that may be used. */
export type PaceOptions = {
  share: number;
  budget: () => BucketSnapshot[];
  clock: { now(): number };
  sleep: (ms: number) => Promise<unknown>;
};

/** In ms. Null: another try is useless. */
function pauseAfter(error: unknown, tries: number, now: number): number | null {
  if (!(error instanceof OktaError) || tries >= TRIES) return null;
  const { kind, status, retryAt } = error;
  if (kind === 'throttled' || status === 429) return retryAt === null ? MINUTE_MS : Math.max(1000, retryAt - now);
  const isAway = kind === 'unavailable' || kind === 'timeout' || (status ?? 0) >= 500;
  return isAway ? Math.min(MINUTE_MS, 1000 * 2 ** tries) : null;
}

/** In ms. Nobody knows which paths share a rate limit, so the smallest limit is used. */
export const measureInterval = (windows: readonly Pick<BucketSnapshot, 'limit'>[], share: number): number =>
  WINDOW_MS / (Math.min(...windows.map(({ limit }) => limit)) * share);

/**
 * Pauses while less than half of a limit is left, because portals and the org's other clients come first. Repeats a
 * read while the org does not answer, or while its limit is used up.
 */
export function createPace({ share, budget, clock, sleep }: PaceOptions) {
  let nextAt = 0;
  let intervalMs = 0;

  async function waitForTurn(): Promise<void> {
    for (;;) {
      const now = clock.now();
      const windows = budget().filter(({ resetAt }) => resetAt > now);
      if (windows.length > 0) intervalMs = measureInterval(windows, share);
      const used = windows.filter(({ limit, remaining }) => remaining * 2 < limit);
      const at = Math.max(nextAt, ...used.map(({ resetAt }) => resetAt));
      if (at - now < 1) break;
      await sleep(at - now);
    }
    nextAt = Math.max(clock.now(), nextAt) + intervalMs;
  }

  return async function call<T>(read: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      await waitForTurn();
      try {
        return await read();
      } catch (error) {
        const pause = pauseAfter(error, tries, clock.now());
        if (pause === null) throw error;
        await sleep(pause);
      }
    }
  };
}
export type PacedCall = ReturnType<typeof createPace>;
