import type { ReactElement } from 'react';
import signedOutMessages from 'virtual:messages/en/signed_out_page';
import { addresses } from '#contract/endpoints.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { loadMessages, useTranslate } from '../../i18n/translate.tsx';

loadMessages(signedOutMessages);

export default function SignedOutPage(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t('signed_out_page.lead')}>{t('signed_out_page.heading')}</Heading>
      <a className="button primary" href={addresses.signIn('/')}>
        {t('signed_out_page.again')}
      </a>
    </>
  );
}
