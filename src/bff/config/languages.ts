import { findLocale, locales, type Locale, pseudoLocales, sourceLocale } from '#contract/locale/locales.ts';
import type { Languages } from '../http/request-locale.ts';

/**
 * Reads `LANGUAGES`: locales with commas between them, the default first. The demo offers all of them, and alone the
 * tests' pseudo-locales where they are named.
 */
export function readLanguages(text: string | undefined, isDemo: boolean, faults: string[]): Languages {
  const real = (Object.keys(locales) as Locale[]).filter((locale) => !pseudoLocales.includes(locale));
  if (text === undefined) return isDemo ? (real as Languages) : [sourceLocale];
  const offered = isDemo ? [...real, ...pseudoLocales] : real;
  const named = text.split(',').map((one) => one.trim());
  const found = named.map((one) =>
    findLocale(one, offered)?.toLowerCase() === one.toLowerCase() ? findLocale(one, offered) : null,
  );
  const unknown = named.filter((_, index) => found[index] === null);
  if (unknown.length > 0) faults.push(`LANGUAGES has ${unknown.join(', ')}, and the portal speaks ${real.join(', ')}`);
  const languages = [...new Set(found.filter((one) => one !== null))];
  return languages.length > 0 ? (languages as Languages) : [sourceLocale];
}
