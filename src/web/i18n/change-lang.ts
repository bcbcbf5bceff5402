import type { Locale } from '#contract/locale/locales.ts';

/** Keeps the rest of the query, which may contain what the page is for. */
export function changeLang(search: string, locale: Locale | null): string {
  const query = new URLSearchParams(search);
  query.delete('lang');
  if (locale !== null) query.set('lang', locale);
  return query.size === 0 ? '' : `?${query.toString()}`;
}
