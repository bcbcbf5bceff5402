import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Home } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';
import { FrozenNotice } from '../../components/factor/frozen-notice.tsx';
import { FactorRows } from './factor-rows.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { Notice } from './notice.tsx';
import { isUnfinished } from '../../api/factor-status.ts';
import { EnrollmentOptions } from './enrollment-options.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

/** What a person has, and what they could add. */
export default function ListPage(): ReactElement {
  const t = useTranslate();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  const { factors, session } = home;
  const ready = factors.filter((factor) => !isUnfinished(factor));
  const phishingProof = ready.filter(({ strength }) => strength === 4).length;

  if (factors.length === 0)
    return (
      <>
        <Heading lead={t(session.frozen ? 'list.empty_frozen' : 'list.empty_lead')}>
          {t('list.hello', { name: session.user.firstName })}
        </Heading>
        <Notice />
        <Alerts home={home} />
        {!session.frozen && <EnrollmentOptions home={home} recommend />}
        <MoreLinks />
      </>
    );
  return (
    <>
      <Heading
        lead={
          <>
            {t('list.count', { count: ready.length })}
            {phishingProof > 0 && ` ${t('list.phishing_proof', { count: phishingProof })}`}
          </>
        }
      >
        {t('list.heading')}
      </Heading>
      <Notice />
      <Alerts home={home} />
      <FactorRows factors={factors} />
      {!session.frozen && <EnrollmentOptions home={home} heading={t('add.another')} recommend={ready.length === 0} />}
      <MoreLinks />
    </>
  );
}

/** What cannot wait: a question of the helpdesk's, and that changes are frozen. */
function Alerts({ home: { pendingCallerVerifications, session } }: { home: Home }): ReactElement {
  const t = useTranslate();
  return (
    <>
      {pendingCallerVerifications > 0 && (
        <section className="note caution">
          <p className="note-head">{t('list.caller_verification_asks', { count: pendingCallerVerifications })}</p>
          <p>{t('list.caller_verification_asks_about')}</p>
          <Link className="button primary" to="/caller-verifications">
            {t('list.caller_verification_look')}
          </Link>
        </section>
      )}
      {session.frozen && <FrozenNotice />}
    </>
  );
}

function MoreLinks(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <section className="more">
        <h2>{t('list.sessions_heading')}</h2>
        <p className="lead-small">{t('list.sessions_about')}</p>
        <p>
          <Link className="button" to="/sessions">
            {t('list.sessions_go')}
          </Link>
        </p>
      </section>
      <section className="more">
        <h2>{t('list.security_history_heading')}</h2>
        <p className="lead-small">{t('list.security_history_about')}</p>
        <p>
          <Link className="button" to="/security-history">
            {t('list.security_history_go')}
          </Link>
        </p>
      </section>
    </>
  );
}
