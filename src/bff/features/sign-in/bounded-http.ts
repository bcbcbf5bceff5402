import * as z from 'zod/mini';
import { createBreaker } from '#okta/transport/breaker.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { Deadline, defaultLimits, type Limits } from '#okta/transport/limits.ts';
import { ExchangeFailed, openPool, type Exchange } from '#okta/transport/pool.ts';
import { readResetAt } from '#okta/transport/rate.ts';
import type { Observation } from '#okta/transport/transport.ts';

/** The most bytes of an answer, and connections to an origin. Answers about sign-ins have some kilobytes. */
const sizes = { maxReplyBytes: 256 * 1024, connections: 16 };
/** The time limits of a call, in ms. */
export type TimeLimits = Omit<Limits, keyof typeof sizes>;
/** The most origins that a portal calls: the issuer's origin, and the origin that signs Universal Logout requests. */
const MOST_ORIGINS = 4;
/** How long a path is not called after a 429 that names no time, in ms. Okta counts its rate limits per minute. */
const RATE_WINDOW_MS = 60_000;
/** One call to Okta's sign-in endpoints, for the metrics. */
export type SignInCall = Pick<Observation, 'method' | 'path' | 'status' | 'ms' | 'error'>;

/** The signing keys could not be fetched, so a token can be neither accepted nor refused. */
export class KeysUnreachable extends Error {
  override readonly name = 'KeysUnreachable';
}

const keySet = z.object({ keys: z.array(z.object({ kty: z.string() })) });
/** Whether a text is a key set with a key that the portal can use. jose would cache any other set for a while. */
function hasKeys(text: string): boolean {
  try {
    const { success, data } = z.safeParse(keySet, JSON.parse(text));
    return success && data.keys.some(({ kty }) => kty === 'RSA' || kty === 'EC');
  } catch {
    return false;
  }
}

type Sent = { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string | null };

/**
 * Calls Okta's sign-in endpoints. Like the API client, it limits the time, the size of an answer and the connections,
 * and has a circuit breaker for each origin. It does not decompress, follow redirects or retry. After a 429 it does not
 * call the path again until the time that the answer names.
 */
export function createBoundedHttp(times: TimeLimits = defaultLimits, observe: (call: SignInCall) => void = () => {}) {
  const limits = { ...times, ...sizes };
  /** Until when a path must not be called after a 429, in ms of `performance.now()`. */
  const resumeAt = new Map<string, number>();
  const origins = new Map<string, { pool: ReturnType<typeof openPool>; breaker: ReturnType<typeof createBreaker> }>();

  function getOrigin(origin: string) {
    let entry = origins.get(origin);
    if (!entry) {
      if (origins.size >= MOST_ORIGINS) throw new Error(`too many origins: ${origin}`);
      entry = { pool: openPool(origin, limits), breaker: createBreaker({ now: () => performance.now() }) };
      origins.set(origin, entry);
    }
    return entry;
  }

  /** Milliseconds until an address may be called after a 429; 0 or less if it may be called now. */
  const waitMs = (address: string) => (resumeAt.get(address) ?? 0) - performance.now();

  /** Rejects if the answer breaks a limit, the breaker is open, or Okta's rate limit is used up. */
  async function send(url: string, { method, headers = {}, body = null }: Sent): Promise<Exchange> {
    const { origin, pathname, search } = new URL(url);
    const { pool, breaker } = getOrigin(origin);
    if (waitMs(origin + pathname) > 0) throw new Error(`the rate limit of ${pathname} is used up`);
    const report = breaker.enter();
    if (!report) throw new Error(`${origin} did not answer lately`);
    const deadline = new Deadline(limits.callMs);
    const { traceparent } = currentScope() ?? {};
    const request = {
      ...{ method, path: pathname + search, body, picture: false },
      headers: { ...headers, 'accept-encoding': 'identity', ...(traceparent && { traceparent }) },
    };
    const startedAt = performance.now();
    let status: number | null = null;
    try {
      const exchange = await pool.exchange(request, deadline);
      report('answered');
      status = exchange.status;
      const now = performance.now();
      if (status === 429) resumeAt.set(origin + pathname, readResetAt(exchange, now) ?? now + RATE_WINDOW_MS);
      return exchange;
    } catch (error) {
      report('failed');
      // The log gets the cause, for example an invalid certificate.
      throw error instanceof ExchangeFailed ? error.cause : error;
    } finally {
      deadline.close();
      const error = status === null ? 'unavailable' : null;
      observe({ method, path: pathname, status, ms: performance.now() - startedAt, error });
    }
  }

  return {
    send,
    /** Milliseconds until all addresses may be called after a 429; 0 if all may be called now. */
    waitMs: () => Math.max(0, ...[...resumeAt.keys()].map(waitMs)),
    /** `fetch` for a key set. Throws KeysUnreachable if no answer comes, the status is not 200, or no key is usable. */
    async fetch(url: string): Promise<Response> {
      const sent = { method: 'GET', headers: { accept: 'application/json' } } as const;
      const { status, body } = await send(url, sent).catch((cause: unknown) => {
        throw new KeysUnreachable(`no keys from ${url}`, { cause });
      });
      if (status !== 200) throw new KeysUnreachable(`${url} answered ${status}`);
      if (!hasKeys(body)) throw new KeysUnreachable(`${url} answered no keys`);
      return new Response(body);
    },
  };
}
