import type { ReactElement } from 'react';
import cantProveWords from 'virtual:words/en/cant_prove';
import { Heading } from '../ui/heading.tsx';
import { useSettings } from '../ui/settings.ts';
import { addWords, useWords } from '../words/words.tsx';
import { SupportLinks } from './support-links.tsx';

addWords(cantProveWords);

/** Who helps, what they will ask, and what they never ask. */
export default function CantProvePage(): ReactElement {
  const t = useWords();
  const { supportUrl, supportPhone, orgName } = useSettings();
  return (
    <>
      <Heading back="list" lead={t('cant_prove.lead')}>
        {t('cant_prove.title')}
      </Heading>
      <div className="stack">
        {supportUrl || supportPhone ? <SupportLinks /> : <p>{t('cant_prove.no_address', { org: orgName })}</p>}
        <section>
          <h2>{t('cant_prove.asks')}</h2>
          <p>{t('cant_prove.asks_about')}</p>
        </section>
        <section>
          <h2>{t('cant_prove.never')}</h2>
          <p>{t('cant_prove.never_about')}</p>
        </section>
      </div>
    </>
  );
}
