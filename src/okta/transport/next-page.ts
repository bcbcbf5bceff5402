/** Null on the last page. Throws a RangeError for another origin or path: the credential would be sent there. */
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
