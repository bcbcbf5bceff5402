import { I18nProvider, Trans as LinguiTrans, useLingui } from '@lingui/react';
import type { ReactElement, ReactNode } from 'react';
import type { Locale } from '#contract/locale/locales.ts';
import { getI18n, isLoaded } from './load-messages.ts';
import type { MessageId } from './message-ids.ts';

export type { MessageId };
export type Translate = (id: MessageId, values?: Record<string, string | number>) => string;

export function TranslationProvider({ locale, children }: { locale: Locale; children: ReactNode }): ReactElement {
  return <I18nProvider i18n={getI18n(locale)}>{children}</I18nProvider>;
}

export const createTranslate =
  (locale: Locale): Translate =>
  (id, values) =>
    getI18n(locale)._(id, values);

/** A newer server may send values that have no message here. */
export const hasMessage = (id: string): id is MessageId => isLoaded(id);

export function useTranslate(): Translate {
  const { i18n } = useLingui();
  return (id, values) => i18n._(id, values);
}

export const useLocale = (): Locale => useLingui().i18n.locale as Locale;

/** `<0>…</0>` comes from `elements`, `{when}` from `values`. */
export function Trans({
  id,
  values,
  elements,
}: {
  id: MessageId;
  values?: Record<string, ReactNode>;
  elements?: ReactElement[];
}): ReactElement {
  return <LinguiTrans id={id} values={values} components={elements && { ...elements }} />;
}
