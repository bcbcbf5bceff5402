import type { ReactElement } from 'react';
import { useSettings } from './settings.ts';
import { useTranslate } from '../i18n/translate.tsx';

/** If no phone and no page are configured, a text says whom to ask. */
export function SupportLinks({
  quiet = false,
}: {
  /** The page has another primary button. */
  quiet?: boolean;
}): ReactElement {
  const t = useTranslate();
  const { supportPhone, supportUrl, supportHours, orgName } = useSettings();
  if (!supportPhone && !supportUrl) return <p>{t('problem.no_support', { org: orgName })}</p>;
  return (
    <>
      <div className="actions">
        {supportPhone && (
          <a className={quiet ? 'button' : 'button primary'} href={`tel:${supportPhone.replace(/[^+\d]/g, '')}`}>
            {t('get-help.call', { phone: supportPhone })}
          </a>
        )}
        {supportUrl && (
          <a className={supportPhone || quiet ? 'button' : 'button primary'} href={supportUrl} rel="noreferrer">
            {t('get-help.write')}
          </a>
        )}
      </div>
      {supportHours && <p className="fine">{t('get-help.hours', { hours: supportHours })}</p>}
    </>
  );
}
