import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { sessionChannel } from '../../api/client/session-state.ts';
import { formQueries, sessionQueries } from '../../api/queries.ts';
import { ChangePassword } from '../../flows/freeze/frozen-notice.tsx';
import { StolenPhoneSteps } from '../../components/stolen-phone-steps.tsx';
import { SupportLinks } from '../../components/support-links.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { ExactTime } from '../../components/ui/relative-time.tsx';
import { HelpdeskLink } from '../../components/links.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';

/** Opened without a request to freeze, the page says whether the signed-in person is frozen. */
export default function FrozenPage(): ReactElement {
  const t = useTranslate();
  const { data } = useQuery(formQueries.result());
  const result = data?.form === 'freeze' ? data : undefined;
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  const frozen = result?.frozen;
  useEffect(() => {
    if (frozen) new BroadcastChannel(sessionChannel).postMessage('frozen');
  }, [frozen]);
  if (session?.frozen && !result) return <Frozen lead={t('factors.list.frozen_about')} />;
  const state = session && t('freeze.state', { login: session.user.login, frozen: session.frozen ? 'yes' : 'no' });
  if (frozen) {
    const values = { at: <ExactTime iso={frozen.since} />, name: frozen.name };
    // The text names the person, because the link may belong to another person's account.
    return <Frozen lead={<Trans id="freeze.done_lead" values={values} />}>{state && <p>{state}</p>}</Frozen>;
  }
  if (result)
    return (
      <>
        <Heading lead={t('freeze.nothing_lead')}>{t('freeze.nothing_heading')}</Heading>
        {state ? <p>{state}</p> : <Ask />}
      </>
    );
  return state ? (
    <>
      <Heading lead={state}>{t('freeze.not_frozen_heading')}</Heading>
      <p>{t('freeze.not_frozen_next')}</p>
      <p className="actions">
        <Link className="button" to="/security-history">
          {t('factors.list.security_history_heading')}
        </Link>
      </p>
    </>
  ) : (
    <>
      <Heading>{t('freeze.ask_heading')}</Heading>
      <Ask />
    </>
  );
}

function Frozen({ lead, children }: { lead: ReactNode; children?: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={lead}>{t('freeze.done_heading')}</Heading>
      <div className="stack">
        {children}
        <p>{t('freeze.done_next')}</p>
        <SupportLinks />
        <ChangePassword />
        <p>
          <HelpdeskLink />
        </p>
        <StolenPhoneSteps />
      </div>
    </>
  );
}

function Ask(): ReactElement {
  const t = useTranslate();
  return (
    <div className="stack">
      <p>{t('freeze.ask')}</p>
      <div className="actions">
        <a className="button primary" href={addresses.signIn(addresses.frozen)}>
          {t('problem.welcome.sign_in')}
        </a>
      </div>
      <SupportLinks quiet />
      <p className="actions">
        <HelpdeskLink />
        <Link to={addresses.stolenPhone}>{t('factors.stolen_phone.title')}</Link>
      </p>
    </div>
  );
}
