import type { MouseEvent, ReactElement } from 'react';
import { useLocation } from 'react-router';
import { ownPath } from '#contract/endpoints.ts';
import { type Locale, locales, sourceLocale } from '#contract/locale/locales.ts';
import { request } from '../../api/client/request.ts';
import { useSettings } from '../../components/settings.ts';
import { changeLang } from '../../i18n/change-lang.ts';
import { isHelpdeskPath } from '../../i18n/english-pages.ts';
import { useLocale, useTranslate } from '../../i18n/translate.tsx';
import css from './language-menu.module.css';

/** Stores a signed-in person's choice in the portal, which uses it for emails too. Otherwise the browser stores it. */
export function LanguageMenu({ signedIn }: { signedIn: boolean }): ReactElement | null {
  const t = useTranslate();
  const current = useLocale();
  const { languages } = useSettings();
  const { pathname, search } = useLocation();
  if (languages.length < 2 || isHelpdeskPath(pathname)) return null;
  const choose = (event: MouseEvent, locale: Locale): void => {
    if (!signedIn) return;
    event.preventDefault();
    const show = (address: string): void => window.location.replace(address);
    // If the choice could not be stored, this page still shows the chosen language.
    void request('chooseLanguage', { params: {}, body: { locale } }).then(
      () => show(ownPath(pathname + changeLang(search, null))),
      () => show(changeLang(search, locale)),
    );
  };
  return (
    <footer className={css.languages}>
      <nav aria-label={t('app.shell.language')}>
        <ul>
          {languages.map((locale) => (
            <li key={locale}>
              <a
                href={changeLang(search, locale)}
                lang={locale}
                hrefLang={locale}
                aria-current={locale === current || undefined}
                onClick={(event) => choose(event, locale)}
              >
                {locales[locale].name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {current !== sourceLocale && locales[current].reader === null && <p>{t('app.shell.by_machine')}</p>}
    </footer>
  );
}
