import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Factor, Home } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';
import { FrozenNotice } from '../../components/factor/frozen-notice.tsx';
import { FactorRows } from './factor-rows.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { MoreRows } from './more-rows.tsx';
import { StrengthLegend } from '../../components/ui/strength.tsx';
import { Notice } from './notice.tsx';
import { isActive, isUnfinished } from '../../api/factor-status.ts';
import { EnrollmentOptions } from './enrollment-options.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

/** The user's methods, and those they can add. */
export default function ListPage(): ReactElement {
  const t = useTranslate();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  const { factors, session } = home;
  const ready = factors.filter((factor) => !isUnfinished(factor));
  const phishingProof = ready.filter(({ strength }) => strength === 4).length;

  if (factors.length === 0)
    return (
      <>
        <Heading lead={t(session.frozen ? 'factors.list.empty_frozen' : 'factors.list.empty_lead')}>
          {t('factors.list.hello', { name: session.user.firstName })}
        </Heading>
        <Notice />
        <Alerts home={home} />
        {!session.frozen && <EnrollmentOptions home={home} recommend />}
        <MoreRows home={home} />
      </>
    );
  return (
    <>
      <Heading
        lead={
          ready.length === 1 && phishingProof === 1 ? (
            t('factors.list.one_phishing_proof')
          ) : (
            <>
              {t('factors.list.count', { count: ready.length })}
              {phishingProof > 0 && ` ${t('factors.list.phishing_proof', { count: phishingProof })}`}
            </>
          )
        }
      >
        {t('factors.list.heading')}
      </Heading>
      <Notice />
      <Alerts home={home} />
      <FactorRows factors={factors} />
      <StrengthLegend />
      {!session.frozen && isAllOnPhone(factors) && (
        <section className="note caution">
          <p>{t('factors.list.all_on_phone')}</p>
          <Link className="button" to="/add">
            {t('factors.add.another')}
          </Link>
        </section>
      )}
      <MoreRows home={home} />
      {!session.frozen && (
        <EnrollmentOptions home={home} heading={t('factors.add.another')} recommend={ready.length === 0} />
      )}
    </>
  );
}

/** Whether each of a person's active methods is probably on a phone. */
function isAllOnPhone(factors: readonly Factor[]): boolean {
  const active = factors.filter(isActive);
  return active.length > 0 && active.every(({ location }) => location === 'phone');
}

/** Urgent notices: a caller verification, a freeze. */
function Alerts({ home: { pendingCallerVerifications, session } }: { home: Home }): ReactElement {
  const t = useTranslate();
  return (
    <>
      {session.frozen && <FrozenNotice />}
      {pendingCallerVerifications > 0 && (
        <section className="note caution">
          <p className="note-head">
            {t('factors.list.caller_verification_asks', { count: pendingCallerVerifications })}
          </p>
          <p>{t('factors.list.caller_verification_asks_about')}</p>
          <Link className="button primary" to="/caller-verifications">
            {t('factors.list.caller_verification_look')}
          </Link>
        </section>
      )}
    </>
  );
}
