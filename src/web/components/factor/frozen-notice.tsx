import type { ReactElement } from 'react';
import { useTranslate } from '../../i18n/translate.tsx';

/** Says that changes are frozen, and who can unfreeze. */
export function FrozenNotice(): ReactElement {
  const t = useTranslate();
  return (
    <section className="note caution">
      <p className="note-head">{t('factors.list.frozen')}</p>
      <p>{t('factors.list.frozen_about')}</p>
    </section>
  );
}
