import type { ReactElement } from 'react';
import { Link } from 'react-router';
import signOutMessages from 'virtual:messages/en/sign_out';
import { Heading } from '../../components/ui/heading.tsx';
import { SignOutForm } from './sign-out-form.tsx';
import { loadMessages, useTranslate } from '../../i18n/translate.tsx';

loadMessages(signOutMessages);

/** Asks before signing out, for whoever comes here by an address. */
export default function SignOutPage(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t('sign_out.lead')}>{t('sign_out.title')}</Heading>
      <div className="actions">
        <SignOutForm variant="button primary" />
        <Link className="button" to="/">
          {t('sign_out.stay')}
        </Link>
      </div>
    </>
  );
}
