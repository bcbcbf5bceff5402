import type { ReactElement } from 'react';
import { Heading } from '../../components/ui/heading.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { SupportLinks } from '../support/support-links.tsx';

/** The page after a freeze. It shows the same for a valid and an invalid link. */
export default function FrozenPage(): ReactElement {
  const t = useTranslate();
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
