import { type Locale, locales } from '#contract/locale/locales.ts';
import type { Templates } from './template.ts';

/** Makes text from a person safe to insert: without control characters and line separators, 120 characters at most. */
const clean = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 120);

/** Returns template data with every text cleaned. Links come from the portal and may be longer. */
function cleaned<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, key.endsWith('Url') ? one : cleaned(one as unknown)]);
  return Object.fromEntries(entries) as T;
}

/**
 * Wraps a locale's templates so that no data can add a header or a line to an email. It names each: a new template that
 * is not wrapped does not compile.
 */
function guarded({ kindNames, neverReadOut, alarmTitles, busy, ...texts }: Templates): Templates {
  return {
    ...{ kindNames, neverReadOut, alarmTitles, busy },
    change: (change, about) => texts.change(change, cleaned(about)),
    wrongCodes: (about) => texts.wrongCodes(cleaned(about)),
    reset: (about) => texts.reset(cleaned(about)),
    freeze: (change, about) => texts.freeze(change, cleaned(about)),
    unlocked: (about) => texts.unlocked(cleaned(about)),
    approvalWaits: (about) => texts.approvalWaits(cleaned(about)),
    alarm: (orgName, data) => texts.alarm(clean(orgName), cleaned(data)),
  };
}

/** Loads a locale. If its folder is missing, the portal does not start. */
const load = async (locale: string): Promise<[string, Templates]> => {
  const { templates } = (await import(`./${locale}/templates.ts`)) as { templates: Templates };
  return [locale, guarded(templates)];
};
const byLocale = Object.fromEntries(await Promise.all(Object.keys(locales).map(load))) as Record<Locale, Templates>;

export const getTemplates = (locale: Locale): Templates => byLocale[locale];
