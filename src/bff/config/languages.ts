import { allLocales, type Languages, pseudoLocales, sourceLocale } from '#contract/locale/locales.ts';

/**
 * Reads `LANGUAGES`: locales separated by commas, the default first. If it is not set, the demo offers every real
 * locale, and a portal with a real org offers English only. Only the demo accepts the tests' pseudo-locales.
 */
export function readLanguages(text: string | undefined, isDemo: boolean, faults: string[]): Languages {
  const real = allLocales.filter((locale) => !pseudoLocales.includes(locale));
  if (text === undefined) return isDemo ? (real as Languages) : [sourceLocale];
  const offered = isDemo ? allLocales : real;
  const named = [...new Set(text.split(',').map((one) => one.trim().toLowerCase()))];
  const languages = named.flatMap((one) => offered.find((locale) => locale.toLowerCase() === one) ?? []);
  if (languages.length < named.length)
    faults.push(`LANGUAGES is ${text}, and the portal speaks ${real.join(', ')}: name these, with commas between them`);
  // English is always offered: a text without a translation is in English, and readers can compare the languages.
  return [...new Set([...languages, sourceLocale])] as Languages;
}
