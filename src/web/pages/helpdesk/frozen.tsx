import type { ReactElement } from 'react';
import freezeWords from 'virtual:words/en/freeze';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';
import { SupportLinks } from '../support-links.tsx';

addWords(freezeWords);

/** After a freeze. It says the same whatever the link was worth. */
export default function FrozenPage(): ReactElement {
  const t = useWords();
  return (
    <>
      <Heading lead={t('freeze.done_lead')}>{t('freeze.done_heading')}</Heading>
      <div className="stack">
        <p>{t('freeze.done_next')}</p>
        <SupportLinks />
        <p className="fine">{t('freeze.done_old')}</p>
      </div>
    </>
  );
}
