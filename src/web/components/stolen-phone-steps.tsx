import type { ReactElement } from 'react';
import { useTranslate } from '../i18n/translate.tsx';
import { useSettings } from './settings.ts';

/** What to do about a stolen phone outside Latchkey. */
export function StolenPhoneSteps(): ReactElement {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  return (
    <section className="more">
      <h2>{t('stolen-phone.left_heading')}</h2>
      <ul className="plain-list">
        <li>{t('stolen-phone.left_sim')}</li>
        <li>{t('stolen-phone.left_lock')}</li>
        <li>
          {t('stolen-phone.left_password')}{' '}
          {oktaSettingsUrl && (
            <a href={oktaSettingsUrl} rel="noreferrer">
              {t('factors.list.frozen_change_password')}
            </a>
          )}
        </li>
        <li>{t('stolen-phone.left_email')}</li>
        <li>{t('stolen-phone.left_call')}</li>
      </ul>
    </section>
  );
}
