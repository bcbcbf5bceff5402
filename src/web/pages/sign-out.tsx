import type { ReactElement } from 'react';
import { Link, useLocation } from 'react-router';
import signOutWords from 'virtual:words/en/sign_out';
import { Press } from '../ui/act.tsx';
import { Heading } from '../ui/heading.tsx';
import { useSignOut } from '../ui/sign-out.ts';
import { addWords, useWords } from '../words/words.tsx';

addWords(signOutWords);

/** Where the header's link leads before the script is there, or when signing out did not work. */
export default function SignOutPage(): ReactElement {
  const t = useWords();
  const signOut = useSignOut();
  const { state } = useLocation();
  const failed = signOut.isError || (state as { failed?: boolean } | null)?.failed === true;
  return (
    <>
      <Heading lead={t('sign_out.lead')}>{t('sign_out.title')}</Heading>
      <div className="stack">
        {failed && (
          <div className="failure" role="alert">
            <p>{t('sign_out.failed')}</p>
          </div>
        )}
        <div className="acts">
          <Press look="button main" busy={signOut.isPending} onPress={() => signOut.mutate()}>
            {t('shell.sign_out')}
          </Press>
          <Link className="button" to="/">
            {t('sign_out.stay')}
          </Link>
        </div>
      </div>
    </>
  );
}
