import type { ReactElement } from 'react';
import askedWords from 'virtual:words/en/asked';
import cantProveWords from 'virtual:words/en/cant_prove';
import { Heading } from '../../ui/heading.tsx';
import { useSettings } from '../../ui/settings.ts';
import { addWords, useWords } from '../../words/words.tsx';

addWords(askedWords);
addWords(cantProveWords);

/** After a freeze. It says the same whatever the link was worth. */
export default function FrozenPage(): ReactElement {
  const t = useWords();
  const { supportPhone, supportUrl } = useSettings();
  return (
    <>
      <Heading lead={t('asked.frozen_lead')}>{t('asked.frozen_heading')}</Heading>
      <div className="stack">
        <p>{t('asked.frozen_next')}</p>
        <div className="acts">
          {supportPhone && (
            <a className="button main" href={`tel:${supportPhone.replace(/[^+\d]/g, '')}`}>
              {t('cant_prove.call', { phone: supportPhone })}
            </a>
          )}
          {supportUrl && (
            <a className={supportPhone ? 'button' : 'button main'} href={supportUrl} rel="noreferrer">
              {t('cant_prove.write')}
            </a>
          )}
        </div>
        <p className="fine">{t('asked.frozen_old')}</p>
      </div>
    </>
  );
}
