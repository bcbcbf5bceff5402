import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { formQueries } from '../../api/queries.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { SignOutForm } from './sign-out-form.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

export default function SignOutPage(): ReactElement {
  const t = useTranslate();
  const { data: result } = useQuery(formQueries.result());
  return (
    <>
      <Heading lead={t('sign-out.lead')}>{t('sign-out.title')}</Heading>
      {result?.form === 'stale' && <p className="note caution">{t('sign-out.stale')}</p>}
      <div className="actions">
        <SignOutForm variant="button primary" />
        <Link className="button" to="/">
          {t('sign-out.stay')}
        </Link>
      </div>
    </>
  );
}
