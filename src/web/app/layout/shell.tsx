import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { sessionQueries } from '../../api/queries.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { HelpdeskLinks } from './helpdesk-links.tsx';
import { Logo } from '../../components/ui/icon.tsx';
import { SessionEnded } from '../../features/sessions/session-ended.tsx';
import { SessionExpiryWarning } from '../../features/sessions/session-expiry-warning.tsx';
import { SignOutForm } from '../../features/sessions/sign-out-form.tsx';

/** Renders what surrounds every page: the person's name, the sign-out link and the session's warnings. */
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
      <a className="skip-link" href="#main">
        {t('app.shell.skip')}
      </a>
      <header className="site-header">
        <Link className="brand" to="/">
          <Logo />
          {t('app.shell.brand')}
        </Link>
        {signedIn && (
          <div className="user-menu">
            {session?.helpdesk && <HelpdeskLinks admin={session.helpdesk === 'admin'} />}
            {session && <span className="user-name">{session.user.name}</span>}
            <SignOutForm variant="text-button" />
          </div>
        )}
      </header>
      <main id="main" tabIndex={-1} aria-busy={waiting}>
        {children}
      </main>
      <div className="loading-bar" hidden={!waiting} />
      {signedIn && <SessionExpiryWarning />}
      {signedIn && <SessionEnded />}
    </>
  );
}
