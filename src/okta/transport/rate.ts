import type { Exchange } from './pool.ts';
import { getHeader } from './reply.ts';

/** The rate-limit bucket as an answer reports it; `resetAt` in milliseconds of our clock. */
export type Rate = { limit: number; remaining: number; resetAt: number };

/** Okta's windows last a minute, its longest rule five; a later reset is invalid and would close a bucket for good. */
const farthestMs = 10 * 60_000;

let latest = { text: '', ms: Number.NaN };

/** When an answer was sent, in milliseconds: its `Date`, a whole second; NaN without one. */
function readDate(exchange: Exchange): number {
  const text = getHeader(exchange, 'date') ?? '';
  if (text !== latest.text) latest = { text, ms: Date.parse(text) };
  return latest.ms;
}

/**
 * When to try again after a reset header, by our clock: the reset relative to the answer's own `Date`, since clocks
 * differ, plus one second, because dates have no fractions. A reset in the past means soon. Null for a missing, doubled
 * or invalid header. Okta documents doubled ones when a message is requested again within 30 s.
 */
export function readResetAt(exchange: Exchange, now: number): number | null {
  const reset = whole(getHeader(exchange, 'x-rate-limit-reset'));
  const date = readDate(exchange);
  if (reset === null || Number.isNaN(date)) return null;
  const wait = reset * 1000 - date;
  return wait > farthestMs ? null : now + Math.max(0, wait) + 1000;
}

/**
 * The three headers together; null when one is missing, doubled or invalid, or the limit is 0 (a concurrency
 * violation).
 */
export function readRate(exchange: Exchange, now: number): Rate | null {
  const limit = whole(getHeader(exchange, 'x-rate-limit-limit'));
  const remaining = whole(getHeader(exchange, 'x-rate-limit-remaining'));
  const resetAt = readResetAt(exchange, now);
  return limit === null || limit === 0 || remaining === null || resetAt === null ? null : { limit, remaining, resetAt };
}

/** The published wait between two messages to one person; a call too soon gets the org's own code. */
const messageMs = 30_000;

/** Codes of limits on one person's messages, with the published wait. Their rate headers describe the org's bucket. */
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
 * When to try again after a 429, by our clock; null when unknown.
 * @param sends whether the call makes Okta send something. `E0000047` to such a call, with a bucket that is not empty
 * or with unreadable headers (Okta doubles them in this case), is the person's limit: half a minute at least.
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

/** How many answers are kept, and for how long each says what Okta's clock shows, in milliseconds. */
const KEPT = 32;
const VALID_MS = 10 * 60_000;
/** A `Date` has no fractions: the middle of its second is the best estimate. */
const HALF_SECOND_MS = 500;

/** How far Okta's clock is ahead of ours, by the `Date` of its answers. */
export function createOrgClock(clock: { now(): number }) {
  const heard: { at: number; ms: number; skew: number }[] = [];
  return {
    /** @param sentAt when its request was sent, in milliseconds of our clock */
    hear(exchange: Exchange, sentAt: number): void {
      const date = readDate(exchange);
      if (Number.isNaN(date)) return;
      const at = clock.now();
      heard.push({ at, ms: Math.abs(at - sentAt), skew: Math.round(date + HALF_SECOND_MS - (sentAt + at) / 2) });
      if (heard.length > KEPT) heard.shift();
    },

    /** In whole milliseconds, by the quickest of the last answers, which bounds it best; null if there is none. */
    skew(): number | null {
      const now = clock.now();
      let best: (typeof heard)[number] | null = null;
      for (const one of heard) if (Math.abs(now - one.at) <= VALID_MS && (!best || one.ms < best.ms)) best = one;
      return best?.skew ?? null;
    },
  };
}
