import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { addresses } from '#contract/endpoints.ts';
import { signInQueries } from '../api/queries.ts';
import { useTranslate } from '../i18n/translate.tsx';

export function SignInAction({ returnTo }: { returnTo: string }): ReactElement {
  const t = useTranslate();
  const { data: down } = useQuery(signInQueries.down());
  return (
    <>
      {down && <p className="note">{t(`problem.signed_out.${down}_down`)}</p>}
      <div className="actions">
        <SignInLink returnTo={returnTo} label={down ? 'app.retry.now' : 'problem.welcome.sign_in'} />
      </div>
    </>
  );
}

export function SignInLink({
  returnTo,
  label,
}: {
  returnTo: string;
  label: 'problem.welcome.sign_in' | 'app.session_ended.sign_in' | 'app.retry.now';
}): ReactElement {
  const t = useTranslate();
  return (
    <a className="button primary" href={addresses.signIn(returnTo)}>
      {t(label)}
    </a>
  );
}
