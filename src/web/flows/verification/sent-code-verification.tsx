import { type ReactElement, useState } from 'react';
import type { Sent } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { NetworkError } from '../../api/client/network-error.ts';
import { request } from '../../api/client/request.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { getFactorVerification } from '../../components/factor/factor-verification.ts';
import { Button } from '../../components/ui/button.tsx';
import AttemptLimitFailure from '../../components/failure/attempt-limit-failure.tsx';
import { useAttemptLimit } from '../../components/failure/attempt-limit.ts';
import { appCodeField } from '../../components/code/code-field-spec.ts';
import { Failure, isOutcomeUnknown } from '../../components/failure/failure.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import type { VerificationProps } from './verification-components.ts';
import { tooSoonUntil } from './sent/after-wait.tsx';
import { SentCode } from './sent/sent-code.tsx';

/** `perhaps`: the code may or may not have been sent. */
type Challenge = { digits: number; sent: Sent; perhaps?: true };

/** Sends a code only when the person asks for it: messages cost money, and an unexpected call is alarming. */
export default function SentCodeVerification({
  factorId,
  kind,
  detail,
  purpose,
  submit,
  variant = 'button primary',
  focusOnMount,
  onVerified,
  onChooseAnother,
}: VerificationProps): ReactElement {
  const t = useTranslate();
  const [challenge, setChallenge] = useState<Challenge>();
  const { limit, record, end } = useAttemptLimit(kind);
  const forPurpose = purpose === undefined ? {} : { purpose };
  const send = async (): Promise<Challenge> => {
    const reply = await request('verifyFactor', { params: { factorId }, body: forPurpose });
    if (reply.factorResult !== 'CHALLENGE' || reply.challenge.how !== 'code') throw new ApiError('org_error');
    return reply.challenge;
  };
  const sending = useSingleMutation({
    mutationFn: async () => setChallenge(await send()),
    meta: { changes: false },
    onError: (error) => {
      record(error);
      const resendAt = tooSoonUntil(error);
      // An earlier code, or this code, may have been sent. The field accepts either.
      if (resendAt || isOutcomeUnknown(error) || error instanceof NetworkError)
        setChallenge({
          digits: (getFactorVerification(kind).codeField ?? appCodeField).digits,
          sent: { to: detail, resendAt: resendAt ?? new Date(0).toISOString(), expiresAt: null },
          ...(!resendAt && { perhaps: true }),
        });
    },
  });

  if (!challenge && limit)
    return (
      <div className="stack">
        <AttemptLimitFailure attemptLimit={limit} onEnd={end} />
        {onChooseAnother && <Button onClick={onChooseAnother}>{t('verification.code.another_way')}</Button>}
      </div>
    );
  if (!challenge)
    return (
      <div className="stack">
        <Button variant={variant} busy={sending.isPending} focusOnMount={focusOnMount} onClick={() => sending.mutate()}>
          {t(detail === null ? 'sent-code.send_somewhere' : 'sent-code.send', {
            channel: kind,
            to: detail?.replaceAll(' ', '\u00A0') ?? '',
          })}
        </Button>
        {!tooSoonUntil(sending.error) && <Failure error={sending.error} />}
      </div>
    );
  return (
    <SentCode
      focusOnMount
      channel={kind}
      sent={challenge.sent}
      perhaps={challenge.perhaps}
      digits={challenge.digits}
      submit={submit}
      variant={variant}
      check={(passCode) => request('verifyFactor', { params: { factorId }, body: { passCode, ...forPurpose } })}
      onVerified={onVerified}
      onChooseAnother={onChooseAnother}
      resend={async () => (await send()).sent}
    />
  );
}
