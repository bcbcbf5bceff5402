import { OktaError } from '../../wire/errors.ts';

/** The requested page: its size, and the id it starts after. */
export type PageRequest = { size: number; after: string | undefined };

/**
 * Reads the page from a query.
 * @param sizes the list's own size of a page, and the most that a `limit` gives
 * @throws 400 E0000029 for a `limit` that is not a positive number
 */
export function pageIn(
  { limit, after }: { limit?: string; after?: string },
  { size, most }: { size: number; most: number } = { size: 200, most: 200 },
): PageRequest {
  if (limit === undefined) return { size, after };
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new OktaError('E0000029');
  return { size: Math.min(Number(limit), most), after };
}

/** The `Link` value of a page: Okta adds the size that the query left out. */
export function createLinks(address: string, size: number): string[] {
  const self = new URL(address);
  if (!self.searchParams.has('limit')) self.searchParams.set('limit', String(size));
  return [`<${self.href}>; rel="self"`];
}

/**
 * Cuts one page from the rows found, as Okta does: an opaque `after`, and `Link` values for this page and the next
 * (none on the last page).
 * @param found one row more than the page's size when there are more
 * @param address the whole requested URL
 */
export function createPage<T extends { id: string }>(
  found: readonly T[],
  { size }: PageRequest,
  address: string,
): { items: T[]; links: string[] } {
  const items = found.slice(0, size);
  const links = createLinks(address, size);
  const last = items.at(-1);
  if (last && found.length > size) {
    const next = new URL(address);
    next.searchParams.set('after', last.id);
    next.searchParams.set('limit', String(size));
    links.push(`<${next.href}>; rel="next"`);
  }
  return { items, links };
}
