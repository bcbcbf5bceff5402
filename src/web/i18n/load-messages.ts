import { type I18n, type Messages, setupI18n } from '@lingui/core';
import { fetchCatalog } from 'virtual:catalogs';
import type { Locale } from '#contract/locale/locales.ts';
import type { Feature } from './message-ids.ts';

type Translations = { i18n: I18n; loaded: Set<Feature> };

const byLocale = new Map<Locale, Translations>();

/**
 * Returns a locale's messages. Catalogs are the same for every person, so the server keeps one instance for each
 * locale.
 */
function translationsOf(locale: Locale): Translations {
  let translations = byLocale.get(locale);
  if (!translations) {
    // A production build lacks no id: `messages.test.ts` finds messages that no module loads.
    const missing = import.meta.env.PROD ? undefined : (_: string, id: string) => refuse(id);
    translations = { i18n: setupI18n({ locale, messages: { [locale]: {} }, missing }), loaded: new Set() };
    byLocale.set(locale, translations);
  }
  return translations;
}

export const i18nOf = (locale: Locale): I18n => translationsOf(locale).i18n;

/** Fetches the catalogs of these features, unless they are loaded. Rejects if one fails. */
export async function loadMessages(locale: Locale, features: readonly Feature[]): Promise<void> {
  const { i18n, loaded } = translationsOf(locale);
  const wanted = features.filter((feature) => !loaded.has(feature));
  if (wanted.length === 0) return;
  const parts = await Promise.all(
    wanted.map(async (feature) =>
      // Lingui takes a message as a list of parts, also where it has only one.
      Object.entries(await fetchCatalog(locale, feature)).map(([id, said]) => [`${feature}.${id}`, [said].flat()]),
    ),
  );
  i18n.load(locale, Object.fromEntries(parts.flat()) as Messages);
  for (const feature of wanted) loaded.add(feature);
}

/** Loads a module together with the messages it shows. Rejects if either fails. */
export async function loadWithMessages<M>(
  load: () => Promise<M>,
  locale: Locale,
  features: readonly Feature[],
): Promise<M> {
  const [module] = await Promise.all([load(), loadMessages(locale, features)]);
  return module;
}

function refuse(id: string): never {
  throw new Error(`no catalog was loaded for the message ${id}: name its feature where the module is loaded`);
}
