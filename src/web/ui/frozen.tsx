import type { ReactElement } from 'react';
import { useWords } from '../words/words.tsx';

/** Changes are frozen: what that means, and who can lift it. */
export function Frozen(): ReactElement {
  const t = useWords();
  return (
    <section className="note caution">
      <p className="note-head">{t('list.frozen')}</p>
      <p>{t('list.frozen_about')}</p>
    </section>
  );
}
