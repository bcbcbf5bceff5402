/**
 * The portal's languages. To add one, add a line here and a folder of messages (`messages/<locale>`). Messages that the
 * folder lacks are in English. `name`: in the language itself. `formats`: `Intl`'s tag for dates and lists.
 */
export const locales = {
  en: { name: 'English', formats: 'en-GB', direction: 'ltr', reader: null },
  de: { name: 'Deutsch', formats: 'de-DE', direction: 'ltr', reader: null },
  ja: { name: '日本語', formats: 'ja-JP', direction: 'ltr', reader: null },
  ar: { name: 'العربية', formats: 'ar-u-nu-latn', direction: 'rtl', reader: null },
  'en-XA': { name: 'Ƥşéüðö', formats: 'en-GB', direction: 'ltr', reader: null },
  'ar-XB': { name: 'Ƥşéüðö RTL', formats: 'en-GB', direction: 'rtl', reader: null },
} as const satisfies Record<string, { name: string; formats: string; direction: 'ltr' | 'rtl'; reader: string | null }>;

export type Locale = keyof typeof locales;
/** The languages that a portal offers, the default first. */
export type Languages = [Locale, ...Locale[]];
export const allLocales = Object.keys(locales) as Languages;

/** Generated from English by the build (`scripts/pseudo-locales.ts`), for tests: longer texts, and right to left. */
export const pseudoLocales: readonly Locale[] = ['en-XA', 'ar-XB'];

/** The language in which every message exists, and the helpdesk's language. */
export const sourceLocale = 'en' satisfies Locale;

/** The longest language tag that is parsed (RFC 5646, 4.4.1: 35 characters are enough). */
const LONGEST_TAG = 35;

/**
 * Returns the locale for a language tag (BCP 47) or for Okta's form `de_DE`: that of the whole tag or else of its
 * language, or null.
 * @param among the languages that the portal offers; by default all, if the result is only stored
 */
export function findLocale(tag: unknown, among: readonly Locale[] = allLocales): Locale | null {
  if (typeof tag !== 'string' || tag.length > LONGEST_TAG) return null;
  const parts = tag.trim().replaceAll('_', '-').toLowerCase().split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const wanted = parts.slice(0, length).join('-');
    const found = among.find((locale) => locale.toLowerCase() === wanted);
    if (found) return found;
  }
  return null;
}
