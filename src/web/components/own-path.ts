/** Returns a path and query of this site, else `/`. Prevents redirects to other sites. */
export function ownPath(asked: string | null | undefined): string {
  if (!asked?.startsWith('/')) return '/';
  const base = 'https://latchkey.invalid';
  const url = URL.parse(asked, base);
  if (!url || url.origin !== base) return '/';
  const path = url.pathname + url.search;
  // API paths and sign-in callbacks are not pages.
  return /^\/(?:api|auth)(?:\/|$)/.test(url.pathname) || path.startsWith('//') ? '/' : path;
}
