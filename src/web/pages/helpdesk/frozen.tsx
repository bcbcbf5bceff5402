import type { ReactElement } from 'react';
import askedWords from 'virtual:words/en/asked';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';
import { SupportLinks } from '../support-links.tsx';

addWords(askedWords);

/** After a freeze. It says the same whatever the link was worth. */
export default function FrozenPage(): ReactElement {
  const t = useWords();
  return (
    <>
      <Heading lead={t('asked.frozen_lead')}>{t('asked.frozen_heading')}</Heading>
      <div className="stack">
        <p>{t('asked.frozen_next')}</p>
        <SupportLinks />
        <p className="fine">{t('asked.frozen_old')}</p>
      </div>
    </>
  );
}
