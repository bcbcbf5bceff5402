/**
 * The portal's languages. To add one, add a line here, a folder of messages (`src/web/i18n/messages/<locale>`) and a
 * folder of emails (`src/bff/records/notifications/templates/<locale>`). `formats`: the tag that `Intl` writes dates and lists
 * by.
 */
export const locales = { en: { formats: 'en-GB', direction: 'ltr' } } as const satisfies Record<
  string,
  { formats: string; direction: 'ltr' | 'rtl' }
>;

export type Locale = keyof typeof locales;

export const defaultLocale: Locale = 'en';
