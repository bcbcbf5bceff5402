/**
 * The portal's languages. To add one, add a line here, a folder of messages (`src/web/i18n/messages/<locale>`) and a
 * folder of emails (`src/bff/records/notifications/templates/<locale>`). `formats`: the tag that `Intl` writes dates
 * and lists by.
 */
export const locales = { en: { formats: 'en-GB', direction: 'ltr' } } as const satisfies Record<
  string,
  { formats: string; direction: 'ltr' | 'rtl' }
>;

export type Locale = keyof typeof locales;

export const defaultLocale: Locale = 'en';

/** The longest language tag that is looked at (RFC 5646, 4.4.1: 35 characters are enough). */
const LONGEST_TAG = 35;

/** Returns the locale of a language tag (BCP 47) or of Okta's `de_DE`: itself, or else its language. Null for none. */
export function findLocale(tag: unknown): Locale | null {
  if (typeof tag !== 'string' || tag.length > LONGEST_TAG) return null;
  const parts = tag.trim().replaceAll('_', '-').toLowerCase().split('-');
  const known = Object.keys(locales) as Locale[];
  for (let length = parts.length; length > 0; length -= 1) {
    const wanted = parts.slice(0, length).join('-');
    const found = known.find((locale) => locale.toLowerCase() === wanted);
    if (found) return found;
  }
  return null;
}
