import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { sessionQueries } from '../client/queries.ts';
import { useTranslate } from '../i18n/translate.tsx';
import { HelpdeskLinks } from './desk-links.tsx';
import { Mark } from './icon.tsx';
import { SessionEnded } from './session-ended.tsx';
import { SessionWatch } from './session-watch.tsx';
import { SignOutForm } from './sign-out.tsx';

/** What stands around every page: who is here, the way out, and word of the session's end. */
export function Shell({
  signedIn,
  waiting,
  children,
}: {
  signedIn: boolean;
  waiting: boolean;
  children: ReactNode;
}): ReactElement {
  const t = useTranslate();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  return (
    <>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <header className="top">
        <Link className="brand" to="/">
          <Mark />
          {t('shell.brand')}
        </Link>
        {signedIn && (
          <div className="who">
            {session?.helpdesk && <HelpdeskLinks admin={session.helpdesk === 'admin'} />}
            {session && <span className="name">{session.user.name}</span>}
            <SignOutForm look="quiet" />
          </div>
        )}
      </header>
      <main id="main" tabIndex={-1} aria-busy={waiting}>
        {children}
      </main>
      <div className="waiting" hidden={!waiting} />
      {signedIn && <SessionWatch />}
      {signedIn && <SessionEnded />}
    </>
  );
}
