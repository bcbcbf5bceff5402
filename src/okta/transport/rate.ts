import type { Exchange } from './pool.ts';
import { headerOf } from './reply.ts';

/** What an answer says of its rate bucket. `resetAt` is in milliseconds of our clock. */
export type Rate = { limit: number; remaining: number; resetAt: number };

/**
 * Okta's windows last a minute, its longest rule five; a reset beyond this is garbage, and believing it would shut a
 * bucket for good.
 */
const farthestMs = 10 * 60_000;

/**
 * When to ask again after a reset header, by our clock: the reset measured against the answer's own `Date` (two clocks
 * never agree), plus the second by which a date without fractions may be late. A reset in the past means soon. Null for
 * anything else than two plain headers: a missing, doubled or broken one says nothing. (Doubled ones happen when a
 * message is asked for again within 30 s, as published.)
 */
export function resetAtOf(exchange: Exchange, now: number): number | null {
  const reset = whole(headerOf(exchange, 'x-rate-limit-reset'));
  const date = Date.parse(headerOf(exchange, 'date') ?? '');
  if (reset === null || Number.isNaN(date)) return null;
  const wait = reset * 1000 - date;
  return wait > farthestMs ? null : now + Math.max(0, wait) + 1000;
}

/**
 * The three headers together, or null when one of them is missing, doubled, broken, or 0 as limit (a concurrency
 * violation, no bucket).
 */
export function rateOf(exchange: Exchange, now: number): Rate | null {
  const limit = whole(headerOf(exchange, 'x-rate-limit-limit'));
  const remaining = whole(headerOf(exchange, 'x-rate-limit-remaining'));
  const resetAt = resetAtOf(exchange, now);
  return limit === null || limit === 0 || remaining === null || resetAt === null ? null : { limit, remaining, resetAt };
}

/**
 * The wait between two messages to one person, as published; a call too soon is documented to come with the org's own
 * code.
 */
const messageMs = 30_000;

/**
 * Codes of limits on one person's messages, with their wait where it is published. Their rate headers describe the
 * org's bucket, not them.
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
 * When to try again after a 429, by our clock; null when nobody knows.
 * @param sends whether the call sends somebody something. `E0000047` to it with a bucket that is not empty, or with
 * headers that say
 *   nothing (doubled ones are on record for just this), speaks of the person's limit: half a minute at least.
 */
export function retryAtOf(exchange: Exchange, code: string | null, now: number, sends: boolean): number | null {
  const wait = code === null ? undefined : messageWaits.get(code);
  if (wait !== undefined) return wait === null ? null : now + wait;
  const reset = resetAtOf(exchange, now);
  const bucketEmpty = whole(headerOf(exchange, 'x-rate-limit-remaining')) === 0;
  return sends && code === 'E0000047' && !bucketEmpty ? Math.max(reset ?? 0, now + messageMs) : reset;
}

function whole(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
