import { allLocales, type Languages, pseudoLocales, sourceLocale } from '#contract/locale/locales.ts';

/**
 * Reads `LANGUAGES`: locales with commas between them, the default first. The demo offers all of them, and alone the
 * tests' pseudo-locales where they are named.
 */
export function readLanguages(text: string | undefined, isDemo: boolean, faults: string[]): Languages {
  const real = allLocales.filter((locale) => !pseudoLocales.includes(locale));
  if (text === undefined) return isDemo ? (real as Languages) : [sourceLocale];
  const offered = isDemo ? allLocales : real;
  const named = [...new Set(text.split(',').map((one) => one.trim().toLowerCase()))];
  const languages = named.flatMap((one) => offered.find((locale) => locale.toLowerCase() === one) ?? []);
  if (languages.length < named.length)
    faults.push(`LANGUAGES is ${text}, and the portal speaks ${real.join(', ')}: name these, with commas between them`);
  return languages.length > 0 ? (languages as Languages) : [sourceLocale];
}
