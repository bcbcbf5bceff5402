import { createContext, type ReactElement, type ReactNode, use, useEffect, useEffectEvent, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { addresses, ownPath } from '#contract/endpoints.ts';
import type { Problem, ProblemName } from './problem.ts';
import { SignInAction, SignInLink } from '../../components/sign-in.tsx';
import { Countdown } from '../../components/ui/countdown.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { useRetry } from './retry.ts';
import { useSettings } from '../../components/settings.ts';
import { HelpdeskLink } from '../../components/links.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';

/** The entry contains this component, because it must work when nothing more can be fetched. */
export function ProblemPage({ problem }: { problem: Problem }): ReactElement {
  const Body = bodies[problem.name];
  return (
    <FailedSignIn value={problem.signIn}>
      <Body problem={problem} />
    </FailedSignIn>
  );
}

/** The address to which a failed sign-in would have returned. */
const FailedSignIn = createContext<string | undefined>(undefined);

type Body = (props: { problem: Problem }) => ReactElement;

const bodies: Record<ProblemName, Body> = {
  signed_out: SignIn,
  not_found: () => <ProblemLayout name="not_found" action={<Home />} />,
  forbidden: () => <ProblemLayout name="forbidden" action={<Home />} />,
  from_elsewhere: () => <ProblemLayout name="from_elsewhere" action={<OpenHere />} />,
  locked: () => <ProblemLayout name="locked" action={<HelpdeskLink className="button primary" />} more={<Help />} />,
  frozen: () => <ProblemLayout name="frozen" action={<Home />} more={<Help />} />,
  busy: Busy,
  org_down: () => <Retrying name="org_down" still="problem.org_down.still" />,
  network: () => <Retrying name="network" />,
  store_down: () => <ProblemLayout name="store_down" action={<TryAgain />} more={<Help />} />,
  internal: Internal,
  sign_in_expired: () => (
    <ProblemLayout name="sign_in_expired" action={<SignInLink returnTo="/" label="app.session_ended.sign_in" />} />
  ),
  sign_in_refused: () => (
    <ProblemLayout
      name="sign_in_refused"
      action={<SignInLink returnTo="/" label="app.session_ended.sign_in" />}
      more={<Help />}
    />
  ),
  too_many_sessions: TooManySessions,
};

function ProblemLayout({
  name,
  action,
  more,
}: {
  name: ProblemName;
  action: ReactNode;
  more?: ReactNode;
}): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t(`problem.${name}.lead`)}>{t(`problem.${name}.heading`)}</Heading>
      <div className="stack">
        <div className="actions">{action}</div>
        {more}
      </div>
    </>
  );
}

/** `/` is the welcome page. For any other address, sign-in returns to that address. */
function SignIn(): ReactElement {
  const t = useTranslate();
  const { pathname, search } = useLocation();
  const { orgName, supportPhone, supportUrl } = useSettings();
  const front = pathname === '/';
  return (
    <>
      <Heading lead={t(front ? 'problem.welcome.lead' : 'problem.signed_out.lead', { org: orgName })}>
        {t(front ? 'problem.welcome.heading' : 'problem.signed_out.heading')}
      </Heading>
      <div className="stack">
        <SignInAction returnTo={ownPath(pathname + search)} />
        <section className="more">
          <h2>{t('get-help.title')}</h2>
          <p>{t('problem.stuck.okta')}</p>
          {!supportPhone && !supportUrl && <p>{t('problem.no_support', { org: orgName })}</p>}
          <p className="actions">
            <HelpdeskLink className="button" />
            <Link className="text-button" to={addresses.stolenPhone}>
              {t('factors.stolen_phone.title')}
            </Link>
            {!pathname.startsWith('/new-phone') && (
              <a className="text-button" href={addresses.signIn('/new-phone')}>
                {t('factors.new_phone.go')}
              </a>
            )}
          </p>
        </section>
      </div>
    </>
  );
}

function Busy({ problem: { retryAt } }: { problem: Problem }): ReactElement {
  const retry = useRetry();
  return (
    <ProblemLayout
      name="busy"
      action={<TryAgain />}
      more={
        retryAt && (
          <p className="fine">
            <Trans
              id="problem.busy.until"
              values={{ left: <Countdown until={retryAt} onEnd={() => void retry('by itself')} /> }}
            />
          </p>
        )
      }
    />
  );
}

function TooManySessions(): ReactElement {
  const t = useTranslate();
  const signOutElsewhere = (
    <a className="button primary" href={addresses.signInAlone('/')}>
      {t('problem.too_many_sessions.go')}
    </a>
  );
  return <ProblemLayout name="too_many_sessions" action={signOutElsewhere} more={<Help />} />;
}

function Internal({ problem: { requestId } }: { problem: Problem }): ReactElement {
  const t = useTranslate();
  return (
    <ProblemLayout
      name="internal"
      action={
        <>
          <TryAgain />
          <Home plain />
        </>
      }
      more={requestId && <p className="fine">{t('error.reference', { id: requestId })}</p>}
    />
  );
}

/** In ms, between automatic retries. */
const firstPause = 3_000;
const longestPause = 60_000;

/** Retries only while the page is visible, and not after a failed sign-in. */
function Retrying({ name, still }: { name: 'org_down' | 'network'; still?: 'problem.org_down.still' }): ReactElement {
  const t = useTranslate();
  const retry = useRetry();
  const isSignIn = use(FailedSignIn) !== undefined;
  const [tries, setTries] = useState(0);
  const retryOnce = useEffectEvent(async () => {
    if (document.visibilityState !== 'visible' || !(await retry('by itself'))) setTries((count) => count + 1);
  });
  useEffect(() => {
    if (isSignIn) return;
    const pause = Math.min(firstPause * 2 ** tries, longestPause);
    const again = (): void => void retryOnce();
    const timer = setTimeout(again, pause);
    window.addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', again);
    };
  }, [tries, isSignIn]);
  return (
    <ProblemLayout
      name={name}
      action={<TryAgain />}
      more={
        <>
          {still && <p>{t(still)}</p>}
          {!isSignIn && <p className="fine">{t('app.retry.by_itself')}</p>}
        </>
      }
    />
  );
}

/** Works without a script. */
function TryAgain(): ReactElement {
  const t = useTranslate();
  const { pathname, search } = useLocation();
  const retry = useRetry();
  const signIn = use(FailedSignIn);
  if (signIn !== undefined) return <SignInLink returnTo={signIn} label="app.retry.now" />;
  return (
    <a
      className="button primary"
      href={ownPath(pathname + search)}
      onClick={(event) => {
        event.preventDefault();
        void retry('asked');
      }}
    >
      {t('app.retry.now')}
    </a>
  );
}

/**
 * The server refused another site's link to this address, but accepts the portal's own link. Works without a script.
 */
function OpenHere(): ReactElement {
  const t = useTranslate();
  const { pathname, search } = useLocation();
  return (
    <>
      <a className="button primary" href={ownPath(pathname + search)}>
        {t('problem.from_elsewhere.open')}
      </a>
      <Home plain />
    </>
  );
}

function Home({ plain = false }: { plain?: boolean }): ReactElement {
  const t = useTranslate();
  return (
    <Link className={plain ? 'button' : 'button primary'} to="/">
      {t('problem.home')}
    </Link>
  );
}

function Help(): ReactElement | null {
  const t = useTranslate();
  const { supportPhone } = useSettings();
  return supportPhone ? <p className="fine">{t('problem.phone', { phone: supportPhone })}</p> : null;
}
