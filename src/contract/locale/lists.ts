import { type Locale, locales } from './locales.ts';

/** First strong isolate and its end (Unicode UAX 9). A name between them does not change the sentence's direction. */
export const [FSI, PDI] = ['\u2068', '\u2069'];

/** In right-to-left lists each item is isolated, because an item may begin in Latin. */
export function createListFormat(locale: Locale): (items: readonly string[]) => string {
  const { formats, direction } = locales[locale];
  const list = new Intl.ListFormat(formats, { type: 'conjunction' });
  return (items) => list.format(direction === 'rtl' ? items.map((item) => `${FSI}${item}${PDI}`) : items);
}
