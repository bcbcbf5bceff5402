/**
 * Reads the path and query of the next page from `Link` headers. Null on the last page.
 * @throws {RangeError} for a link to another origin or path, because the credential would be sent there
 */
export function nextPage(link: string | string[] | undefined, origin: string, path: string): string | null {
  for (const header of [link ?? []].flat()) {
    for (const [, target, parameters] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
      if (target === undefined || !/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters ?? '')) continue;
      const url = URL.parse(target, origin);
      if (url === null || url.origin !== origin || url.pathname !== path)
        throw new RangeError('the next page is not on this list');
      return url.pathname + url.search;
    }
  }
  return null;
}
