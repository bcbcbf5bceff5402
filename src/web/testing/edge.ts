import type { QueryClient } from '@tanstack/react-query';
import { vi } from 'vitest';

/** A request that the page sent. */
export type Sent = { method: string; path: string; headers: Headers; body: unknown; init: RequestInit };

/**
 * Replaces `fetch` until `vi.unstubAllGlobals()`. Returns a list to which each sent request is added. The list omits
 * calls of `/api/step-up`, which ask whether a step-up is missing.
 * @param missing the `stepUp` in the answer to `/api/step-up`, or a function of the purpose; default: null
 */
export function fakeEdge(
  answer: (sent: Sent) => Response | Promise<Response>,
  missing: object | null | ((purpose: string) => object | null) = null,
): Sent[] {
  const all: Sent[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path.startsWith('/api/step-up?')) {
      const purpose = new URLSearchParams(path.slice(path.indexOf('?'))).get('purpose')!;
      return reply(200, { stepUp: typeof missing === 'function' ? missing(purpose) : missing });
    }
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const sent = { method: init.method ?? 'GET', path, headers: new Headers(init.headers), body, init };
    all.push(sent);
    return answer(sent);
  });
  return all;
}

export const reply = (status: number, body?: unknown, headers: Record<string, string> = {}): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

/** Returns the body of an answer with an error. */
export const refusal = (code: string, details: Record<string, unknown> = {}): unknown => ({
  error: { code, message: 'said by the test', requestId: 'r-1', ...details },
});

/** The state of all queries and mutations, as text. */
export const cachedIn = (client: QueryClient): string =>
  JSON.stringify(
    [client.getQueryCache(), client.getMutationCache()].map((cache) => cache.getAll().map(({ state }) => state)),
  );
