import { type I18n, setupI18n } from '@lingui/core';
import catalogs from 'virtual:catalogs';
import type { Locale } from '#contract/locale/locales.ts';

const byLocale = new Map<Locale, I18n>();
const loaded = new Set<Locale>();

/** Returns a locale's messages. They are the same for everybody, so the server keeps one instance of each. */
export function getI18n(locale: Locale): I18n {
  let i18n = byLocale.get(locale);
  if (!i18n) {
    const missing = import.meta.env.PROD ? undefined : (_: string, id: string) => refuse(id);
    byLocale.set(locale, (i18n = setupI18n({ locale, messages: { [locale]: {} }, missing })));
  }
  return i18n;
}

/** Loads a locale's messages, once. Those of the default locale come with the modules that show them. */
export async function loadMessages(locale: Locale): Promise<void> {
  const load = catalogs[locale];
  if (!load || loaded.has(locale)) return;
  getI18n(locale).load(locale, (await load()).default);
  loaded.add(locale);
}

function refuse(id: string): never {
  throw new Error(`no module that was loaded names the message ${id} as a whole or by its beginning`);
}
