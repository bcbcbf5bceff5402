import { type I18n, type Messages, setupI18n } from '@lingui/core';
import catalogs, { type CatalogPart } from 'virtual:catalogs';
import { type Locale, locales, sourceLocale } from '#contract/locale/locales.ts';

export type { CatalogPart };

const byLocale = new Map<Locale, I18n>();
const loads = new Map<string, Promise<void>>();

/** Creates a locale's instance at its first use. On the server, all requests share it. */
export function getI18n(locale: Locale): I18n {
  let i18n = byLocale.get(locale);
  if (!i18n) {
    const missing = import.meta.env.PROD ? undefined : (_: string, id: string) => refuse(id);
    byLocale.set(
      locale,
      (i18n = setupI18n({ locale, locales: locales[locale].formats, messages: { [locale]: {} }, missing })),
    );
  }
  return i18n;
}

/** The part `helpdesk` is always in English. Rejects if the file fails to load. */
export function loadMessages(locale: Locale, part: CatalogPart): Promise<void> {
  const isOwn = Object.hasOwn(catalogs[locale], part);
  const load = catalogs[isOwn ? locale : sourceLocale][part];
  const key = `${locale} ${part}`;
  let loaded = loads.get(key);
  if (!loaded) {
    loaded = load().then((module: { default: Messages }) => {
      const i18n = getI18n(locale);
      // Helpdesk pages also use texts of people's pages. Their English texts must not replace loaded translations.
      i18n.load(locale, isOwn ? module.default : { ...module.default, ...i18n.messages });
    });
    // After a failure, the next page tries again.
    loaded.catch(() => loads.delete(key));
    loads.set(key, loaded);
  }
  return loaded;
}

/** Every locale contains all messages, so one locale is enough. */
export const isLoaded = (id: string): boolean =>
  [...byLocale.values()].some(({ messages }) => Object.hasOwn(messages, id));

/** The server renders every page. */
export const loadAllMessages = (locale: Locale): Promise<unknown> =>
  Promise.all(Object.keys(catalogs[sourceLocale]).map((part) => loadMessages(locale, part as CatalogPart)));

function refuse(id: string): never {
  throw new Error(`no part of the catalogs that was loaded has the message ${id} (scripts/catalogs.ts)`);
}
