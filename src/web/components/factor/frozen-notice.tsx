import type { ReactElement } from 'react';
import { useTranslate } from '../../i18n/translate.tsx';

/** Changes are frozen: what that means, and who can lift it. */
export function FrozenNotice(): ReactElement {
  const t = useTranslate();
  return (
    <section className="note caution">
      <p className="note-head">{t('factors.list.frozen')}</p>
      <p>{t('factors.list.frozen_about')}</p>
    </section>
  );
}
