import { type I18n, type Messages, setupI18n } from '@lingui/core';
import { I18nProvider, Trans as LinguiTrans, useLingui } from '@lingui/react';
import type { ReactElement, ReactNode } from 'react';
import englishMessages from 'virtual:messages/en';
import type en from './messages/en.json';

/** Every text of the portal has an id in `en.json`. */
export type MessageId = keyof typeof en;
export type Translate = (id: MessageId, values?: Record<string, string | number>) => string;

const i18n: I18n = setupI18n({ locale: 'en', messages: { en: englishMessages } });

/** Takes in a part of the catalog (`elements.ts`), which came with the module that says it. */
export const loadMessages = (part: Messages): void => i18n.load('en', part);

export function TranslationProvider({ children }: { children: ReactNode }): ReactElement {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>;
}

/** Texts outside React: document titles. */
export const translate: Translate = (id, values) => i18n._(id, values);

/** Texts as strings: `const t = useTranslate(); t('list.title')`. */
export function useTranslate(): Translate {
  const { i18n: current } = useLingui();
  return (id, values) => current._(id, values);
}

/** A text with elements in it, by the names it gives them: `<0>…</0>` from `elements`, `{when}` from `values`. */
export function Trans({
  id,
  values,
  elements,
}: {
  id: MessageId;
  values?: Record<string, ReactNode>;
  elements?: ReactElement[];
}): ReactElement {
  return <LinguiTrans id={id} {...(values && { values })} {...(elements && { components: { ...elements } })} />;
}
