import type { QueryClient } from '@tanstack/react-query';
import { vi } from 'vitest';

export type Sent = { method: string; path: string; headers: Headers; body: unknown; init: RequestInit };

/**
 * Replaces `fetch` until `vi.unstubAllGlobals()`. The returned list omits calls of `/api/step-up`. `missing`: the
 * `stepUp` in the answer to these calls.
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

export const refusal = (code: string, details: Record<string, unknown> = {}): unknown => ({
  error: { code, message: 'said by the test', requestId: 'r-1', ...details },
});

export const cachedIn = (client: QueryClient): string =>
  JSON.stringify(
    [client.getQueryCache(), client.getMutationCache()].map((cache) => cache.getAll().map(({ state }) => state)),
  );
