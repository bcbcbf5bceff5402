/** An address of this site's own, path and query, or `/`: where to go on to is never taken from outside as it is. */
export function ownPath(asked: string | null | undefined): string {
  if (!asked?.startsWith('/')) return '/';
  const base = 'https://latchkey.invalid';
  const url = URL.parse(asked, base);
  if (!url || url.origin !== base) return '/';
  const path = url.pathname + url.search;
  // Calls and ends of a sign-in are no pages to come back to.
  return /^\/(?:api|auth)(?:\/|$)/.test(url.pathname) || path.startsWith('//') ? '/' : path;
}
