import { type I18n, type Messages, setupI18n } from '@lingui/core';
import { I18nProvider, Trans, useLingui } from '@lingui/react';
import type { ReactElement, ReactNode } from 'react';
import english from 'virtual:words/en';
import type en from './en.json';

/** Every text of the portal has an id in `en.json`. */
export type WordsId = keyof typeof en;
export type Words = (id: WordsId, values?: Record<string, string | number>) => string;

const i18n: I18n = setupI18n({ locale: 'en', messages: { en: english } });

/** Takes in a part of the catalog (`parts.ts`), which came with the module that says it. */
export const addWords = (part: Messages): void => i18n.load('en', part);

export function WordsProvider({ children }: { children: ReactNode }): ReactElement {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>;
}

/** Texts outside React: document titles. */
export const words: Words = (id, values) => i18n._(id, values);

/** Texts as strings: `const t = useWords(); t('list.title')`. */
export function useWords(): Words {
  const { i18n: current } = useLingui();
  return (id, values) => current._(id, values);
}

/** A text with elements in it, by the names it gives them: `<0>…</0>` from `parts`, `{when}` from `values`. */
export function Say({
  id,
  values,
  parts,
}: {
  id: WordsId;
  values?: Record<string, ReactNode>;
  parts?: ReactElement[];
}): ReactElement {
  return <Trans id={id} {...(values && { values })} {...(parts && { components: { ...parts } })} />;
}
