import type { Locale } from '#contract/locale/locales.ts';

/** Keeps the rest of the query, which may be the page's purpose. */
export function changeLang(search: string, locale: Locale | null): string {
  const query = new URLSearchParams(search);
  query.delete('lang');
  if (locale !== null) query.set('lang', locale);
  return query.size === 0 ? '' : `?${query.toString()}`;
}
