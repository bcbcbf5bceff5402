/**
 * Returns the path and query of the next page, from a list's `Link` headers, which may be separate or joined by commas.
 * Null on the last page.
 * @param origin the org's own origin
 * @param path the list's own path
 * @throws {RangeError} for a link to another origin or path, which would get the credential
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
