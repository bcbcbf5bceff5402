import type { Exchange } from './pool.ts';

/** A header that came exactly once; null when it is missing or was sent twice, which makes neither of the two true. */
export function headerOf(exchange: Exchange, name: string): string | null {
  const value = exchange.headers[name];
  return typeof value === 'string' ? value : null;
}

/** The body as JSON, or undefined when it is empty, says it is something else, or is broken. */
export function jsonOf(exchange: Exchange): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(headerOf(exchange, 'content-type') ?? '')) return undefined;
  try {
    return JSON.parse(exchange.body);
  } catch {
    return undefined;
  }
}

/**
 * Reads the answer of a call that gives nothing: 204, or a 200 whose body is JSON (`{}`). Anything else with a success
 * status is somebody else's page, and taking it for success would report a change that never was.
 * @throws {TypeError}
 */
export function readNothing(json: unknown, exchange: Exchange): void {
  if (exchange.body !== '' && json === undefined) throw new TypeError('nothing was due');
  if (exchange.body === '' && exchange.status !== 204) throw new TypeError('an empty answer without 204');
}
