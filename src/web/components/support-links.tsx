import type { ReactElement } from 'react';
import { useSettings } from './settings.ts';
import { useTranslate } from '../i18n/translate.tsx';

/** Links to reach the helpdesk, or whom to ask where none is configured. */
export function SupportLinks(): ReactElement {
  const t = useTranslate();
  const { supportPhone, supportUrl, orgName } = useSettings();
  if (!supportPhone && !supportUrl) return <p>{t('problem.no_support', { org: orgName })}</p>;
  return (
    <div className="actions">
      {supportPhone && (
        <a className="button primary" href={`tel:${supportPhone.replace(/[^+\d]/g, '')}`}>
          {t('get-help.call', { phone: supportPhone })}
        </a>
      )}
      {supportUrl && (
        <a className={supportPhone ? 'button' : 'button primary'} href={supportUrl} rel="noreferrer">
          {t('get-help.write')}
        </a>
      )}
    </div>
  );
}
