import { type Locale, locales } from './locales.ts';

/** Unicode’s isolates (UAX 9, FSI and PDI): a value keeps its direction, and the sentence around it its own. */
export const [FSI, PDI] = ['\u2068', '\u2069'];

/** Creates a format that returns “a, b and c”. From right to left, each item is isolated: a list may begin in Latin. */
export function createListFormat(locale: Locale): (items: readonly string[]) => string {
  const { formats, direction } = locales[locale];
  const list = new Intl.ListFormat(formats, { type: 'conjunction' });
  return (items) => list.format(direction === 'rtl' ? items.map((item) => `${FSI}${item}${PDI}`) : items);
}
