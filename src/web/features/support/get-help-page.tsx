import type { ReactElement } from 'react';
import { Heading } from '../../components/ui/heading.tsx';
import { NeverReadOut } from '../../components/code/never-read-out.tsx';
import { useSettings } from '../../components/settings.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { SupportLinks } from './support-links.tsx';

/** Who helps, what the helpdesk asks, and what it never asks. */
export default function GetHelpPage(): ReactElement {
  const t = useTranslate();
  const { supportUrl, supportPhone, orgName } = useSettings();
  return (
    <>
      <Heading back="list" lead={t('get-help.lead')}>
        {t('get-help.title')}
      </Heading>
      <div className="stack">
        {supportUrl || supportPhone ? <SupportLinks /> : <p>{t('get-help.no_address', { org: orgName })}</p>}
        <section>
          <h2>{t('get-help.asks')}</h2>
          <p>{t('get-help.asks_about')}</p>
        </section>
        <section>
          <h2>{t('get-help.never')}</h2>
          <p>{t('get-help.never_about')}</p>
          <NeverReadOut quiet={false} />
        </section>
      </div>
    </>
  );
}
