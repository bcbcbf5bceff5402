/**
 * Returns an address of the portal as path, query and fragment, and `/` for any other. It resolves the address as a
 * browser does and compares the origin, so no spelling of another site passes.
 */
export function ownPath(wanted: unknown, baseUrl: string): string {
  if (typeof wanted !== 'string' || wanted.length > 2000 || !wanted.startsWith('/')) return '/';
  // Browsers drop tabs and newlines and read a backslash as a slash; no portal path has any of them, encoded or not.
  if (/[\p{Cc}\\\s]|^\/{2}/u.test(wanted)) return '/';
  const path = wanted.split(/[?#]/, 1)[0]!;
  if (/%(?:0[0-9a-f]|1[0-9a-f]|5c|2f|25)/i.test(path)) return '/';
  const base = new URL(baseUrl);
  const url = URL.parse(wanted, base);
  if (!url || url.origin !== base.origin || url.pathname.startsWith('//')) return '/';
  if (/^\/(?:auth|api)(?:\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}
