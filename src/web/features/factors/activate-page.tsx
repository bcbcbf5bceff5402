import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { SentCode } from '../../flows/verification/sent/sent-code.tsx';
import { factorQueries } from '../../api/queries.ts';
import { invalidateData } from '../../api/query-client.ts';
import { request } from '../../api/client/request.ts';
import { autoStartOver } from './enrollment/auto-start.ts';
import { AlreadyEnrolled, Done } from './enrollment/enrollment-result.tsx';
import { findEnd } from './enrollment/enroll-flow.ts';
import { ExpiryWarning } from './enrollment/expiry-warning.tsx';
import { PhoneStep } from './kinds/okta-verify/phone-step.tsx';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { getFactorVerification } from '../../components/factor/factor-verification.ts';
import type { PageProps } from '../../components/page-props.ts';
import { CodeEntry } from '../../components/code/code-entry.tsx';
import { useAttemptLimit } from '../../components/failure/attempt-limit.ts';
import { appCodeField, hintedAppCodeField } from '../../components/code/code-field-spec.ts';
import { FrozenChange, useFrozen } from '../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { isUnfinished } from '../../api/factor-status.ts';
import { describeUnfinished } from './unfinished.ts';
import { MethodSentence } from '../../components/factor/method-sentence.tsx';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useTranslate } from '../../i18n/translate.tsx';

export default function ActivatePage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const factorId = params['factorId'] ?? '';
  const { data } = useSuspenseQuery(factorQueries.detail(factorId));
  const { factor, enrollment } = data;
  const name = useMethodName()(factor);
  const client = useQueryClient();
  const { limit } = useAttemptLimit(factor.kind);
  const [end, setEnd] = useState<'done' | 'expired' | 'gone' | 'already'>();
  const back = { to: `/methods/${factorId}`, text: name };

  if (useFrozen()) return <FrozenChange back={back}>{t('activate.title')}</FrozenChange>;
  if (end === 'done')
    return (
      <Done>
        <MethodSentence id="activate.done" factor={factor} />
      </Done>
    );
  if (end === 'already' || !isUnfinished(factor))
    return (
      <AlreadyEnrolled factorId={factorId} app={name} lead={t('activate.already_lead')}>
        <MethodSentence id="activate.done" factor={factor} />
      </AlreadyEnrolled>
    );
  if (!enrollment || end) {
    const enrollPath = getFactorUi(factor.kind).enroll?.path;
    return (
      <>
        <Heading
          back={back}
          focusOnMount={end !== undefined}
          lead={t(end ? `enroll.${end}_lead` : describeUnfinished(data))}
        >
          {end ? t(`enroll.${end}`) : <MethodSentence id="activate.heading" factor={factor} />}
        </Heading>
        {enrollPath && (
          <Link className="button primary" to={enrollPath} state={autoStartOver}>
            {t('enroll.start_over')}
          </Link>
        )}
      </>
    );
  }
  const onRefused = (error: unknown): boolean => {
    const flowEnd = findEnd(error);
    // Another tab started over: this page continues with the new enrollment.
    if (flowEnd === 'elsewhere') invalidateData(client);
    if (flowEnd === undefined || flowEnd === 'elsewhere') return false;
    setEnd(flowEnd);
    return true;
  };
  const activating = {
    submit: 'enroll.turn_on',
    check: (passCode: string) =>
      request('activateFactor', { params: { factorId }, body: { passCode, start: enrollment.start } }),
    onVerified: () => setEnd('done'),
    onRefused,
    others: (
      <Link className="button" to={back.to}>
        {t('enroll.cancel')}
      </Link>
    ),
  } as const;
  return (
    <>
      <Heading back={back} lead={(enrollment.poll ?? !limit) && t(`activate.lead_${enrollment.how}`)}>
        <MethodSentence id="activate.heading" factor={factor} />
      </Heading>
      <ExpiryWarning at={enrollment.expiresAt} onEnd={() => setEnd('expired')} />
      {enrollment.poll ? (
        <PhoneStep
          factor={factor}
          activation={{ how: 'poll', ...enrollment.poll, expiresAt: enrollment.expiresAt }}
          onActive={() => {
            invalidateData(client);
            setEnd('done');
          }}
          onRefused={onRefused}
          onExpired={() => setEnd('expired')}
          onBack={() => void navigate(getFactorUi(factor.kind).enroll?.path ?? '/')}
          onCancel={() => void navigate(back.to)}
        />
      ) : enrollment.how === 'code' ? (
        <SentCode
          {...activating}
          channel={factor.kind}
          // The page does not know when the last code was sent, so it offers another code. The server refuses a code
          // too soon after the last one.
          sent={{ to: factor.detail, resendAt: new Date(0).toISOString(), expiresAt: null }}
          digits={(getFactorVerification(factor.kind).codeField ?? appCodeField).digits}
          resend={() => request('resendFactor', { params: { factorId } })}
        />
      ) : (
        <CodeEntry {...activating} kind={factor.kind} codeField={hintedAppCodeField} />
      )}
    </>
  );
}
