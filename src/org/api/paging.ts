import { OktaError } from './errors.ts';

/**
 * Cuts one page out of a list in Okta's way: an opaque `after`, and `Link` values for this page and the next (the last page has
 * no next). @param address the whole address asked for. Throws 400 E0000029 for a `limit` that is no number from 1 on.
 */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  { limit = '200', after }: { limit?: string; after?: string },
  address: string,
): { items: T[]; links: string[] } {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new OktaError('E0000029');
  const size = Math.min(Number(limit), 200);
  const start = after === undefined ? 0 : all.findIndex((item) => item.id === after) + 1;
  const items = all.slice(start, start + size);
  const links = [`<${address}>; rel="self"`];
  const last = items.at(-1);
  if (last && start + size < all.length) {
    const next = new URL(address);
    next.searchParams.set('after', last.id);
    next.searchParams.set('limit', String(size));
    links.push(`<${next.href}>; rel="next"`);
  }
  return { items, links };
}
