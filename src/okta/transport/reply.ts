import type { Exchange } from './pool.ts';

/** Null for a missing or doubled header: two values contradict each other. */
export function getHeader(exchange: Exchange, name: string): string | null {
  const value = exchange.headers[name];
  return typeof value === 'string' ? value : null;
}

/** Undefined for a body that is empty, invalid, or of another content type. */
export function parseJson(exchange: Exchange): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(getHeader(exchange, 'content-type') ?? '')) return undefined;
  try {
    return JSON.parse(exchange.body);
  } catch {
    return undefined;
  }
}

/** Accepts JSON or an empty 204. Any other success comes from another server, which has not made the change. */
export function readNothing(json: unknown, exchange: Exchange): void {
  if (exchange.body !== '' && json === undefined) throw new TypeError('nothing was due');
  if (exchange.body === '' && exchange.status !== 204) throw new TypeError('an empty answer without 204');
}
