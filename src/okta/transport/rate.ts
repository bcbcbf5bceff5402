import type { Exchange } from './pool.ts';
import { getHeader } from './reply.ts';

/** `resetAt`: milliseconds since 1970, on our clock. */
export type Rate = { limit: number; remaining: number; resetAt: number };

/** Milliseconds. Okta's windows last five minutes at most, so a later reset is invalid. */
const farthestMs = 10 * 60_000;

let latest = { text: '', ms: Number.NaN };

/** In milliseconds, but exact only to the second. NaN without a `Date`. */
function readDate(exchange: Exchange): number {
  const text = getHeader(exchange, 'date') ?? '';
  if (text !== latest.text) latest = { text, ms: Date.parse(text) };
  return latest.ms;
}

/**
 * Milliseconds, on our clock. The reset is compared with the answer's `Date`, because Okta's clock may differ from
 * ours. Null for a missing, doubled or invalid header.
 */
export function readResetAt(exchange: Exchange, now: number): number | null {
  const reset = whole(getHeader(exchange, 'x-rate-limit-reset'));
  const date = readDate(exchange);
  if (reset === null || Number.isNaN(date)) return null;
  const wait = reset * 1000 - date;
  return wait > farthestMs ? null : now + Math.max(0, wait) + 1000;
}

/** Null if a header is missing, doubled or invalid, or if the limit is 0 (too many concurrent calls). */
export function readRate(exchange: Exchange, now: number): Rate | null {
  const limit = whole(getHeader(exchange, 'x-rate-limit-limit'));
  const remaining = whole(getHeader(exchange, 'x-rate-limit-remaining'));
  const resetAt = readResetAt(exchange, now);
  return limit === null || limit === 0 || remaining === null || resetAt === null ? null : { limit, remaining, resetAt };
}

/** Okta's wait between two messages to one person, in ms. A call within that time gets `E0000047`. */
const messageMs = 30_000;

/** Okta's codes for limits on one person's messages, each with the wait in ms, or null if Okta publishes none. */
const messageWaits = new Map<string, number | null>([
  ['E0000109', messageMs],
  ['E0000133', messageMs],
  ['E0000118', 5_000],
  ['E0000146', null],
  ['E0000147', null],
  ['E0000186', null],
  ['E0000204', null],
  ['E0000205', null],
]);

/**
 * Milliseconds, on our clock. Null if unknown.
 * @param sends whether Okta sends a message. `E0000047` then means the person's own limit, unless the org's bucket is
 * empty
 */
export function readRetryAt(exchange: Exchange, code: string | null, now: number, sends: boolean): number | null {
  const wait = code === null ? undefined : messageWaits.get(code);
  if (wait !== undefined) return wait === null ? null : now + wait;
  const reset = readResetAt(exchange, now);
  const bucketEmpty = whole(getHeader(exchange, 'x-rate-limit-remaining')) === 0;
  return sends && code === 'E0000047' && !bucketEmpty ? Math.max(reset ?? 0, now + messageMs) : reset;
}

function whole(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** How many answers are kept, and for how long (ms) each is used. */
const KEPT = 32;
const VALID_MS = 10 * 60_000;
/** Okta's `Date` header has whole seconds, so the middle of the second is the best estimate. */
const HALF_SECOND_MS = 500;

export function createOrgClock(clock: { now(): number }) {
  const heard: { at: number; ms: number; skew: number }[] = [];
  return {
    /** @param sentAt milliseconds since 1970, on our clock */
    hear(exchange: Exchange, sentAt: number): void {
      const date = readDate(exchange);
      if (Number.isNaN(date)) return;
      const at = clock.now();
      heard.push({ at, ms: Math.abs(at - sentAt), skew: Math.round(date + HALF_SECOND_MS - (sentAt + at) / 2) });
      if (heard.length > KEPT) heard.shift();
    },

    /** Milliseconds. Null without a recent answer. Uses the quickest answer, because it is the most exact. */
    skew(): number | null {
      const now = clock.now();
      let best: (typeof heard)[number] | null = null;
      for (const one of heard) if (Math.abs(now - one.at) <= VALID_MS && (!best || one.ms < best.ms)) best = one;
      return best?.skew ?? null;
    },
  };
}
