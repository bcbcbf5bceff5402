import { useEffect, useState } from 'react';
import { type Locale, sourceLocale } from '#contract/locale/locales.ts';
import { useFormats } from '../../../i18n/format.ts';
import { loadMessages } from '../../../i18n/load-messages.ts';
import { createTranslate, type MessageId, useTranslate } from '../../../i18n/translate.tsx';

/**
 * What a button of a person's page says: `button` in English, `theirs` in their `language`. `none`: the language is
 * English, or its messages have not arrived.
 */
export function useTheirWords(locale: Locale): (id: MessageId) => { button: string; language: string; theirs: string } {
  const t = useTranslate();
  const formats = useFormats();
  const [loaded, setLoaded] = useState<Locale>();
  useEffect(() => {
    if (locale === sourceLocale) return;
    let isCurrent = true;
    loadMessages(locale, 'people').then(
      () => isCurrent && setLoaded(locale),
      // If loading fails, the English words remain.
      () => {},
    );
    return () => void (isCurrent = false);
  }, [locale]);
  return (id) =>
    loaded === locale
      ? { button: t(id), language: formats.language(locale), theirs: createTranslate(locale)(id) }
      : { button: t(id), language: 'none', theirs: '' };
}
