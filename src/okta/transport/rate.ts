import type { Exchange } from './pool.ts';
import { getHeader } from './reply.ts';

/** The state of a rate-limit bucket in an answer. `resetAt`: milliseconds since 1970, on our clock. */
export type Rate = { limit: number; remaining: number; resetAt: number };

/**
 * A reset farther ahead than this (ms) is invalid and would close a bucket for too long. Okta's windows last a minute,
 * or five at most.
 */
const farthestMs = 10 * 60_000;

let latest = { text: '', ms: Number.NaN };

/** Returns when an answer was sent, in milliseconds, from its `Date`, which has whole seconds; NaN without a `Date`. */
function readDate(exchange: Exchange): number {
  const text = getHeader(exchange, 'date') ?? '';
  if (text !== latest.text) latest = { text, ms: Date.parse(text) };
  return latest.ms;
}

/**
 * Returns when a call may be repeated, on our clock. The reset header is compared with the answer's own `Date`, because
 * Okta's clock may differ from ours. One second is added, because dates have whole seconds. For a reset in the past,
 * returns the time one second from now. Null if the header is missing, doubled or invalid: Okta doubles it if a message
 * is requested again within 30 s.
 */
export function readResetAt(exchange: Exchange, now: number): number | null {
  const reset = whole(getHeader(exchange, 'x-rate-limit-reset'));
  const date = readDate(exchange);
  if (reset === null || Number.isNaN(date)) return null;
  const wait = reset * 1000 - date;
  return wait > farthestMs ? null : now + Math.max(0, wait) + 1000;
}

/**
 * Reads the three headers. Null if one is missing, doubled or invalid, or if the limit is 0 (too many concurrent
 * calls).
 */
export function readRate(exchange: Exchange, now: number): Rate | null {
  const limit = whole(getHeader(exchange, 'x-rate-limit-limit'));
  const remaining = whole(getHeader(exchange, 'x-rate-limit-remaining'));
  const resetAt = readResetAt(exchange, now);
  return limit === null || limit === 0 || remaining === null || resetAt === null ? null : { limit, remaining, resetAt };
}

/** The published wait between two messages to one person, in ms. A call before that gets `E0000047`. */
const messageMs = 30_000;

/**
 * Codes of limits on one person's messages, with the published wait in ms. Headers of such answers show only the org's
 * bucket.
 */
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
 * Returns when a call may be repeated after a 429, on our clock; null if unknown.
 * @param sends whether the call makes Okta send something. Such a call with `E0000047` hit the person's limit (half a
 * minute or more), unless the bucket is empty. Okta doubles the headers in this case, so they may be unreadable.
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

/** How many answers are kept, and how long (ms) each counts as a measurement of Okta's clock. */
const KEPT = 32;
const VALID_MS = 10 * 60_000;
/** A `Date` has whole seconds, so the middle of the second is the best estimate. */
const HALF_SECOND_MS = 500;

/** Measures how far Okta's clock is ahead of ours, from the `Date` of its answers. */
export function createOrgClock(clock: { now(): number }) {
  const heard: { at: number; ms: number; skew: number }[] = [];
  return {
    /** @param sentAt when the answer's request was sent: milliseconds since 1970, on our clock */
    hear(exchange: Exchange, sentAt: number): void {
      const date = readDate(exchange);
      if (Number.isNaN(date)) return;
      const at = clock.now();
      heard.push({ at, ms: Math.abs(at - sentAt), skew: Math.round(date + HALF_SECOND_MS - (sentAt + at) / 2) });
      if (heard.length > KEPT) heard.shift();
    },

    /** In whole milliseconds; null without a recent answer. Uses the quickest one, which is the most exact. */
    skew(): number | null {
      const now = clock.now();
      let best: (typeof heard)[number] | null = null;
      for (const one of heard) if (Math.abs(now - one.at) <= VALID_MS && (!best || one.ms < best.ms)) best = one;
      return best?.skew ?? null;
    },
  };
}
