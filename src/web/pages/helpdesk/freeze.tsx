import type { ReactElement } from 'react';
import askedWords from 'virtual:words/en/asked';
import type { PageProps } from '../../page-props.ts';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';

addWords(askedWords);

/**
 * Where a notice's link leads: it can only freeze, and only when its button is pressed. Nobody is signed in, and the
 * page says the same whatever the link is worth. A plain form, so that it needs no script.
 */
export default function FreezePage({ params }: PageProps): ReactElement {
  const t = useWords();
  return (
    <>
      <Heading lead={t('asked.freeze_lead')}>{t('asked.freeze_heading')}</Heading>
      <div className="stack">
        <p>{t('asked.freeze_then')}</p>
        <form method="post" action={`/freeze/${encodeURIComponent(params['token'] ?? '')}`}>
          <input className="button danger" type="submit" value={t('asked.freeze')} />
        </form>
        <p className="fine">{t('asked.freeze_not')}</p>
      </div>
    </>
  );
}
