import type { ReactElement } from 'react';
import type { PageProps } from '../../components/page-props.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

/** Every link shows the same page, so nobody learns whether a link is valid. Works without a script. */
export default function FreezePage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t('freeze.lead')}>{t('freeze.heading')}</Heading>
      <div className="stack">
        <p>{t('freeze.effect')}</p>
        <form method="post" action={`/freeze/${encodeURIComponent(params['token'] ?? '')}`}>
          <input className="button danger" type="submit" value={t('freeze.submit')} />
        </form>
        <p className="fine">{t('freeze.otherwise')}</p>
      </div>
    </>
  );
}
