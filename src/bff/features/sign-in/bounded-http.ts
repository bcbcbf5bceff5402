import * as z from 'zod/mini';
import { createBreaker } from '#okta/transport/breaker.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { Deadline, defaultLimits, type Limits } from '#okta/transport/limits.ts';
import { ExchangeFailed, openPool, type Exchange } from '#okta/transport/pool.ts';

/** An answer of the sign-in side is a document of some kilobytes. */
const sizes = { maxReplyBytes: 256 * 1024, connections: 16 };
/** The time limits of a call, in milliseconds. */
export type TimeLimits = Omit<Limits, keyof typeof sizes>;
/** The most origins that a portal calls: the issuer's, and that of who signs Universal Logouts. */
const MOST_ORIGINS = 4;

/** The keys that would judge a token could not be fetched, so nothing is known about the token. */
export class KeysUnreachable extends Error {
  override readonly name = 'KeysUnreachable';
}

const keySet = z.object({ keys: z.array(z.object({ kty: z.string() })) });
/** Whether a text is a set with a key that could judge a token. jose keeps any other set, and waits to ask again. */
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
 * Calls the servers that sign people in within bounds, as the API client does: time, size of an answer, connections,
 * and a breaker for each origin. Nothing is compressed, redirected or sent twice.
 */
export function createBoundedHttp(times: TimeLimits = defaultLimits) {
  const limits = { ...times, ...sizes };
  const origins = new Map<string, { pool: ReturnType<typeof openPool>; breaker: ReturnType<typeof createBreaker> }>();

  function at(origin: string) {
    let found = origins.get(origin);
    if (!found) {
      if (origins.size >= MOST_ORIGINS) throw new Error(`too many origins: ${origin}`);
      found = { pool: openPool(origin, limits), breaker: createBreaker({ now: () => performance.now() }) };
      origins.set(origin, found);
    }
    return found;
  }

  /** Rejects when nobody answers within the bounds, or lately nobody did. */
  async function send(url: string, { method, headers = {}, body = null }: Sent): Promise<Exchange> {
    const { origin, pathname, search } = new URL(url);
    const { pool, breaker } = at(origin);
    const report = breaker.enter();
    if (!report) throw new Error(`${origin} did not answer lately`);
    const deadline = new Deadline(limits.callMs);
    const { traceparent } = currentScope() ?? {};
    const request = {
      ...{ method, path: pathname + search, body, picture: false },
      headers: { ...headers, 'accept-encoding': 'identity', ...(traceparent && { traceparent }) },
    };
    try {
      const exchange = await pool.exchange(request, deadline);
      report('answered');
      return exchange;
    } catch (error) {
      report('failed');
      // The reason, such as a certificate that is not valid, goes to the log.
      throw error instanceof ExchangeFailed ? error.cause : error;
    } finally {
      deadline.close();
    }
  }

  return {
    send,
    /** `fetch` for a key set. Throws KeysUnreachable for no answer, for every status but 200, and for no keys. */
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
