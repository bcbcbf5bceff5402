import * as z from 'zod/mini';
import { createBreaker } from '#okta/transport/breaker.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { Deadline, defaultLimits, type Limits } from '#okta/transport/limits.ts';
import { ExchangeFailed, openPool, type Exchange } from '#okta/transport/pool.ts';
import { readResetAt } from '#okta/transport/rate.ts';
import type { Observation } from '#okta/transport/transport.ts';

const sizes = { maxReplyBytes: 256 * 1024, connections: 16 };
export type TimeLimits = Omit<Limits, keyof typeof sizes>;
/** Two are usual: the issuer, and the signer of Universal Logout requests. */
const MOST_ORIGINS = 4;
/** How long a 429 without a time stops calls. Okta's rate limits are per minute. */
const RATE_WINDOW_MS = 60_000;
export type SignInCall = Pick<Observation, 'method' | 'path' | 'status' | 'ms' | 'error'>;

/** Without keys, a token can be neither accepted nor refused. */
export class KeysUnreachable extends Error {
  override readonly name = 'KeysUnreachable';
}

const keySet = z.object({ keys: z.array(z.object({ kty: z.string() })) });
/** jose would cache a key set without a usable key. */
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
 * Does not follow redirects, decompress or retry.
 * After a 429, it does not call the path until the time that the answer names.
 */
export function createBoundedHttp(times: TimeLimits = defaultLimits, observe: (call: SignInCall) => void = () => {}) {
  const limits = { ...times, ...sizes };
  /** Times of `performance.now()`, by origin and path. */
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

  const waitMs = (address: string) => (resumeAt.get(address) ?? 0) - performance.now();

  /** Rejects if the answer breaks a limit, the circuit breaker is open, or Okta's rate limit is used up. */
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
      // The log needs the cause, for example an invalid certificate.
      throw error instanceof ExchangeFailed ? error.cause : error;
    } finally {
      deadline.close();
      const error = status === null ? 'unavailable' : null;
      observe({ method, path: pathname, status, ms: performance.now() - startedAt, error });
    }
  }

  return {
    send,
    waitMs: () => Math.max(0, ...[...resumeAt.keys()].map(waitMs)),
    /** Throws KeysUnreachable unless the answer is a 200 with a usable key. */
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
