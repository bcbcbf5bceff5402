import { setupI18n } from '@lingui/core';
import { compileMessages } from './compile-messages.ts';
import { type EmailMessageId, readEmailTexts } from '#contract/locale/emails.ts';
import { allLocales, type Locale, locales, sourceLocale } from '#contract/locale/locales.ts';

export type Translate = (id: EmailMessageId, values?: Record<string, string>) => string;

const english = await readEmailTexts(sourceLocale);

/** Missing texts are English. */
async function load(locale: Locale): Promise<[Locale, Translate]> {
  const texts = { ...english, ...(await readEmailTexts(locale)) } as Record<EmailMessageId, string>;
  const i18n = setupI18n({
    locale,
    locales: locales[locale].formats,
    messages: { [locale]: compileMessages(texts, locale) },
  });
  return [locale, (id, values) => i18n._(id, values)];
}

const loaded = await Promise.all(allLocales.map(load));
const byLocale = Object.fromEntries(loaded) as Record<Locale, Translate>;
export const getTranslate = (locale: Locale): Translate => byLocale[locale];
