import type { ReactElement } from 'react';
import getHelpMessages from 'virtual:messages/en/get_help';
import { useSettings } from '../../components/settings.ts';
import { loadMessages, useTranslate } from '../../i18n/translate.tsx';

loadMessages(getHelpMessages);

/** How to reach the helpdesk, as far as it is known. */
export function SupportLinks(): ReactElement {
  const t = useTranslate();
  const { supportPhone, supportUrl } = useSettings();
  return (
    <div className="actions">
      {supportPhone && (
        <a className="button primary" href={`tel:${supportPhone.replace(/[^+\d]/g, '')}`}>
          {t('get_help.call', { phone: supportPhone })}
        </a>
      )}
      {supportUrl && (
        <a className={supportPhone ? 'button' : 'button primary'} href={supportUrl} rel="noreferrer">
          {t('get_help.write')}
        </a>
      )}
    </div>
  );
}
