import { OktaError } from '../wire/errors.ts';

/** Which page is asked for: how many, and after whom. */
export type PageAsked = { size: number; after: string | undefined };

/**
 * Reads the page out of a query; a `limit` above 200 is 200. Throws 400 E0000029 for a `limit` that is no number from 1
 * on.
 */
export function pageIn({ limit = '200', after }: { limit?: string; after?: string }): PageAsked {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new OktaError('E0000029');
  return { size: Math.min(Number(limit), 200), after };
}

/**
 * Cuts one page out of what was found, in Okta's way: an opaque `after`, and `Link` values for this page and the next
 * (the last page has no next).
 * @param found one more than the page has when there are more.
 * @param address the whole address asked for.
 */
export function pageOf<T extends { id: string }>(
  found: readonly T[],
  { size }: PageAsked,
  address: string,
): { items: T[]; links: string[] } {
  const items = found.slice(0, size);
  const links = [`<${address}>; rel="self"`];
  const last = items.at(-1);
  if (last && found.length > size) {
    const next = new URL(address);
    next.searchParams.set('after', last.id);
    next.searchParams.set('limit', String(size));
    links.push(`<${next.href}>; rel="next"`);
  }
  return { items, links };
}
