import type { ReactElement } from 'react';
import { OktaSettingsLink } from './links.tsx';
import { useTranslate } from '../i18n/translate.tsx';

export function StolenPhoneSteps(): ReactElement {
  const t = useTranslate();
  return (
    <section className="more">
      <h2>{t('stolen-phone.left_heading')}</h2>
      <ul className="plain-list">
        <li>{t('stolen-phone.left_sim')}</li>
        <li>{t('stolen-phone.left_lock')}</li>
        <li>
          {t('stolen-phone.left_password')}{' '}
          <OktaSettingsLink>{t('factors.list.frozen_change_password')}</OktaSettingsLink>
        </li>
        <li>{t('stolen-phone.left_email')}</li>
        <li>{t('stolen-phone.left_call')}</li>
      </ul>
    </section>
  );
}
