import { OktaError } from '../../wire/errors.ts';

/** `after`: the id of the previous page's last entry. */
export type PageRequest = { size: number; after: string | undefined };

/** @param sizes the default page size, and the largest `limit` */
export function pageIn(
  { limit, after }: { limit?: string; after?: string },
  { size, most }: { size: number; most: number } = { size: 200, most: 200 },
): PageRequest {
  if (limit === undefined) return { size, after };
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new OktaError('E0000029');
  return { size: Math.min(Number(limit), most), after };
}

/** Returns the `Link` values. As at Okta, a missing `limit` is added to the address. */
export function createLinks(address: string, size: number): string[] {
  const self = new URL(address);
  if (!self.searchParams.has('limit')) self.searchParams.set('limit', String(size));
  return [`<${self.href}>; rel="self"`];
}

/** @param found one row more than the page's size if there are further rows */
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
