import type { ReactElement } from 'react';
import { useLocation } from 'react-router';
import { locales, sourceLocale } from '#contract/locale/locales.ts';
import { changeLang } from './change-lang.ts';
import { useLocale } from './translate.tsx';

/** For a dialog, which covers the menu of languages. In a new tab, because the page keeps what was typed. */
export function EnglishLink(): ReactElement | null {
  const { search } = useLocation();
  if (useLocale() === sourceLocale) return null;
  return (
    <a
      className="text-button"
      target="_blank"
      href={changeLang(search, sourceLocale)}
      lang={sourceLocale}
      hrefLang={sourceLocale}
    >
      {locales[sourceLocale].name}
    </a>
  );
}
