import type { ReactElement } from 'react';
import signedOutWords from 'virtual:words/en/signed_out_page';
import { addresses } from '#contract/endpoints.ts';
import { Heading } from '../ui/heading.tsx';
import { addWords, useWords } from '../words/words.tsx';

addWords(signedOutWords);

export default function SignedOutPage(): ReactElement {
  const t = useWords();
  return (
    <>
      <Heading lead={t('signed_out_page.lead')}>{t('signed_out_page.heading')}</Heading>
      <a className="button main" href={addresses.signIn('/')}>
        {t('signed_out_page.again')}
      </a>
    </>
  );
}
