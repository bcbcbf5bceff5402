import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { heldChange } from '../../api/client/request.ts';
import { sessionQueries } from '../../api/queries.ts';
import { useSettings } from '../../components/settings.ts';
import { Countdown } from '../../components/ui/countdown.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import { LanguageMenu } from './language-menu.tsx';
import { HelpdeskLinks } from './helpdesk-links.tsx';
import { MenuLink } from './menu-link.tsx';
import { SessionEnded } from '../../features/sessions/session-ended.tsx';
import { SessionExpiryWarning } from '../../features/sessions/session-expiry-warning.tsx';
import { SignOutForm } from '../../features/sessions/sign-out-form.tsx';
import css from './shell.module.css';

export function Shell({
  signedIn,
  waiting,
  isStaff,
  children,
}: {
  signedIn: boolean;
  waiting: boolean;
  isStaff: boolean;
  children: ReactNode;
}): ReactElement {
  const t = useTranslate();
  const { orgName, hasLogo } = useSettings();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  return (
    <>
      <a className={css.skip} href="#main">
        {t('app.shell.skip')}
      </a>
      <header className={css.header} data-branded={!isStaff || undefined}>
        <Link className={css.brand} to="/">
          {hasLogo && !isStaff ? <img className={css.picture} src={addresses.logo} alt="" /> : <Logo />}
          <span>
            {orgName}
            <small>{t('app.shell.brand')}</small>
          </span>
        </Link>
        {signedIn && (
          <div className={css.menu}>
            {session?.helpdesk && <HelpdeskLinks role={session.helpdesk} />}
            {session && <span className={css.name}>{session.user.name}</span>}
            <MenuLink to="/get-help">{t('get-help.title')}</MenuLink>
            <SignOutForm variant="text-button" />
          </div>
        )}
      </header>
      <main id="main" tabIndex={-1} aria-busy={waiting}>
        {signedIn && <HeldChange />}
        {children}
      </main>
      <LanguageMenu signedIn={signedIn} />
      <div className={css.loading} hidden={!waiting} />
      {signedIn && <SessionExpiryWarning />}
      {signedIn && <SessionEnded />}
    </>
  );
}

/** The change continues automatically when the earlier change has ended. */
function HeldChange(): ReactElement {
  const until = useSyncExternalStore(heldChange.subscribe, heldChange.get, () => null);
  return (
    <div aria-live="polite">
      {until !== null && (
        <p className="note">
          <Trans id="error.change_runs" values={{ left: <Countdown until={until} /> }} />
        </p>
      )}
    </div>
  );
}

function Logo(): ReactElement {
  return (
    <svg className={css.logo} viewBox="0 0 26 26" width="26" height="26" aria-hidden="true" focusable="false">
      <rect width="26" height="26" rx="6.5" />
      <path d="M9 6.5v13h10.5M14 19v-3.2a1.8 1.8 0 0 1 3.6 0V19" />
    </svg>
  );
}
