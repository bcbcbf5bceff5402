import type { ReactElement } from 'react';
import getHelpMessages from 'virtual:messages/en/get_help';
import { Heading } from '../../components/ui/heading.tsx';
import { useSettings } from '../../components/settings.ts';
import { loadMessages, useTranslate } from '../../i18n/translate.tsx';
import { SupportLinks } from './support-links.tsx';

loadMessages(getHelpMessages);

/** Who helps, what they will ask, and what they never ask. */
export default function GetHelpPage(): ReactElement {
  const t = useTranslate();
  const { supportUrl, supportPhone, orgName } = useSettings();
  return (
    <>
      <Heading back="list" lead={t('get_help.lead')}>
        {t('get_help.title')}
      </Heading>
      <div className="stack">
        {supportUrl || supportPhone ? <SupportLinks /> : <p>{t('get_help.no_address', { org: orgName })}</p>}
        <section>
          <h2>{t('get_help.asks')}</h2>
          <p>{t('get_help.asks_about')}</p>
        </section>
        <section>
          <h2>{t('get_help.never')}</h2>
          <p>{t('get_help.never_about')}</p>
        </section>
      </div>
    </>
  );
}
