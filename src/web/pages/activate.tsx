import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import activateMessages from 'virtual:messages/en/activate';
import enrollMessages from 'virtual:messages/en/enroll';
import { SentCode } from '../checks/sent/sent-code.tsx';
import { factorQueries } from '../client/queries.ts';
import { request } from '../client/request.ts';
import { beginAtOnce } from '../factors/begin.ts';
import { Already, Done } from '../factors/enrolling/ends.tsx';
import { endOf } from '../factors/enrolling/enroll-flow.ts';
import { RunsOut } from '../factors/enrolling/runs-out.tsx';
import { faceOf } from '../factors/registry.ts';
import type { PageProps } from '../page-props.ts';
import { CheckCode } from '../ui/check-code.tsx';
import { appCode, hintedAppCode } from '../ui/entry.ts';
import { Heading } from '../ui/heading.tsx';
import { isUnfinished } from '../ui/status.ts';
import { loadMessages, useTranslate } from '../i18n/translate.tsx';

loadMessages(activateMessages);
loadMessages(enrollMessages);

/** Finishes a method begun in this session: its app has the secret already, or its code was sent. */
export default function ActivatePage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const factorId = params['factorId'] ?? '';
  const { data } = useSuspenseQuery(factorQueries.detail(factorId));
  const { factor, enrollment } = data;
  const [end, setEnd] = useState<'done' | 'expired' | 'already'>();
  const back = { to: `/methods/${factorId}`, text: factor.name };

  if (end === 'done') return <Done>{t('activate.done', { name: factor.name })}</Done>;
  if (end === 'already' || !isUnfinished(factor))
    return (
      <Already factorId={factorId} app={factor.name} lead={t('activate.already_lead')}>
        {t('activate.done', { name: factor.name })}
      </Already>
    );
  const how = enrollment?.how;
  if (!enrollment || end === 'expired' || (how !== 'secret' && how !== 'code')) {
    const again = faceOf(factor.kind).enroll?.path;
    return (
      <>
        <Heading back={back} arrive={end === 'expired'} lead={t('enroll.expired_lead')}>
          {t('enroll.expired')}
        </Heading>
        {again && (
          <Link className="button main" to={again} state={beginAtOnce}>
            {t('enroll.start_over')}
          </Link>
        )}
      </>
    );
  }
  const activating = {
    submit: 'enroll.turn_on',
    check: (passCode: string) => request('activateFactor', { params: { factorId }, body: { passCode } }),
    onRight: () => setEnd('done'),
    onRefused: (error: unknown) => {
      const over = endOf(error);
      if (over) setEnd(over);
      return over !== undefined;
    },
  } as const;
  return (
    <>
      <Heading back={back} lead={t(how === 'code' ? 'activate.lead_code' : 'activate.lead')}>
        {t('activate.heading', { name: factor.name })}
      </Heading>
      <RunsOut at={enrollment.expiresAt} onEnd={() => setEnd('expired')} />
      {how === 'code' ? (
        <SentCode
          {...activating}
          channel={factor.kind}
          // When it went is not known any more; should it be too soon for another, the server says so.
          sent={{ to: factor.detail, resendAt: new Date(0).toISOString(), expiresAt: null }}
          digits={(faceOf(factor.kind).entry ?? appCode).digits}
          resend={() => request('resendFactor', { params: { factorId } })}
        />
      ) : (
        <CheckCode {...activating} entry={hintedAppCode} />
      )}
    </>
  );
}
