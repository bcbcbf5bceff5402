import type { ReactElement } from 'react';
import { addresses } from '#contract/endpoints.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

export default function SignedOutPage(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t('signed-out.lead')}>{t('signed-out.heading')}</Heading>
      <a className="button primary" href={addresses.signIn('/')}>
        {t('signed-out.again')}
      </a>
    </>
  );
}
