import { allLocales, type Languages, pseudoLocales, sourceLocale } from '#contract/locale/locales.ts';

/** The first locale of the result is the default. Only the demo accepts pseudo-locales. */
export function readLanguages(text: string | undefined, isDemo: boolean, faults: string[]): Languages {
  const real = allLocales.filter((locale) => !pseudoLocales.includes(locale));
  if (text === undefined) return isDemo ? (real as Languages) : [sourceLocale];
  const offered = isDemo ? allLocales : real;
  const named = [...new Set(text.split(',').map((one) => one.trim().toLowerCase()))];
  const languages = named.flatMap((one) => offered.find((locale) => locale.toLowerCase() === one) ?? []);
  if (languages.length < named.length)
    faults.push(`LANGUAGES is ${text}, and the portal speaks ${real.join(', ')}: name these, with commas between them`);
  // English is always offered, because a text without a translation is shown in English.
  return [...new Set([...languages, sourceLocale])] as Languages;
}
