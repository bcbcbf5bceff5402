import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { SentCode } from '../../flows/verification/sent/sent-code.tsx';
import { factorQueries } from '../../api/queries.ts';
import { noteChange } from '../../api/query-client.ts';
import { request } from '../../api/client/request.ts';
import { autoStartOver } from './enrollment/auto-start.ts';
import { AlreadyEnrolled, Done } from './enrollment/enrollment-result.tsx';
import { findEnd } from './enrollment/enroll-flow.ts';
import { ExpiryWarning } from './enrollment/expiry-warning.tsx';
import { PhoneStep } from './kinds/okta-verify/phone-step.tsx';
import { factorUiOf } from '../../components/factor/factor-ui.ts';
import type { PageProps } from '../../components/page-props.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import { appCodeField, hintedAppCodeField } from '../../components/code/code-field-spec.ts';
import { FrozenNotice, useFrozen } from '../../components/factor/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { isUnfinished } from '../../api/factor-status.ts';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useTranslate } from '../../i18n/translate.tsx';

/** Finishes an enrollment of this session: the app already has the secret, or the code was sent. */
export default function ActivatePage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const factorId = params['factorId'] ?? '';
  const { data } = useSuspenseQuery(factorQueries.detail(factorId));
  const { factor, enrollment } = data;
  const name = useMethodName()(factor);
  const client = useQueryClient();
  const [end, setEnd] = useState<'done' | 'expired' | 'already'>();
  const back = { to: `/methods/${factorId}`, text: name };

  if (useFrozen())
    return (
      <>
        <Heading back={back}>{t('activate.title')}</Heading>
        <FrozenNotice />
      </>
    );
  if (end === 'done') return <Done>{t('activate.done', { name })}</Done>;
  if (end === 'already' || !isUnfinished(factor))
    return (
      <AlreadyEnrolled factorId={factorId} app={name} lead={t('activate.already_lead')}>
        {t('activate.done', { name })}
      </AlreadyEnrolled>
    );
  const how = enrollment?.how;
  if (!enrollment || end === 'expired' || how === 'create') {
    const again = factorUiOf(factor.kind).enroll?.path;
    return (
      <>
        <Heading back={back} focusOnMount={end === 'expired'} lead={t('enroll.expired_lead')}>
          {t('enroll.expired')}
        </Heading>
        {again && (
          <Link className="button primary" to={again} state={autoStartOver}>
            {t('enroll.start_over')}
          </Link>
        )}
      </>
    );
  }
  const onRefused = (error: unknown): boolean => {
    const over = findEnd(error);
    // Another tab started over: this page goes on with that start.
    if (over === 'elsewhere') noteChange(client);
    if (over === undefined || over === 'elsewhere') return false;
    setEnd(over);
    return true;
  };
  const activating = {
    submit: 'enroll.turn_on',
    check: (passCode: string) =>
      request('activateFactor', { params: { factorId }, body: { passCode, start: enrollment.start } }),
    onVerified: () => setEnd('done'),
    onRefused,
  } as const;
  const leads = { code: 'activate.lead_code', secret: 'activate.lead', poll: 'activate.lead_poll' } as const;
  return (
    <>
      <Heading back={back} lead={t(leads[enrollment.how as keyof typeof leads])}>
        {t('activate.heading', { name })}
      </Heading>
      <ExpiryWarning at={enrollment.expiresAt} onEnd={() => setEnd('expired')} />
      {enrollment.poll ? (
        <PhoneStep
          factor={factor}
          activation={{ how: 'poll', ...enrollment.poll, expiresAt: enrollment.expiresAt }}
          onActive={() => {
            noteChange(client);
            setEnd('done');
          }}
          onRefused={onRefused}
          onExpired={() => setEnd('expired')}
          onBack={() => void navigate(factorUiOf(factor.kind).enroll?.path ?? '/')}
          onCancel={() => void navigate(back.to)}
        />
      ) : how === 'code' ? (
        <SentCode
          {...activating}
          channel={factor.kind}
          // The time it was sent is unknown; the server refuses another one that is too soon.
          sent={{ to: factor.detail, resendAt: new Date(0).toISOString(), expiresAt: null }}
          digits={(factorUiOf(factor.kind).codeField ?? appCodeField).digits}
          resend={() => request('resendFactor', { params: { factorId } })}
        />
      ) : (
        <CodeEntry {...activating} codeField={hintedAppCodeField} />
      )}
    </>
  );
}
