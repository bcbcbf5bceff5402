import type { ReactElement } from 'react';
import type { Sent } from '#contract/endpoints.ts';
import { SentCode } from '../../../flows/verification/sent/sent-code.tsx';
import { request } from '../../../api/client/request.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import type { StepProps } from './steps.ts';

/**
 * `change`: a button to use another number. `to`: the complete number that the person has just typed, so that a typing
 * mistake is visible.
 */
export function CodeStep({
  factor,
  activation,
  activate,
  onRefused,
  onBack,
  onCancel,
  change,
  to,
}: Omit<StepProps<'code'>, 'input'> & { change?: MessageId; to?: string | undefined }): ReactElement {
  const t = useTranslate();
  const shown = (sent: Sent): Sent => (to === undefined ? sent : { ...sent, to });
  return (
    <SentCode
      channel={factor.kind}
      sent={shown(activation.sent)}
      digits={activation.digits}
      submit="enroll.turn_on"
      check={(passCode) => activate({ passCode })}
      onVerified={() => {}}
      onRefused={onRefused}
      resend={async () => shown(await request('resendFactor', { params: { factorId: factor.id } }))}
      change={
        change && (
          <button className="text-button" type="button" onClick={onBack}>
            {t(change)}
          </button>
        )
      }
      others={
        <button className="button" type="button" onClick={onCancel}>
          {t('enroll.cancel')}
        </button>
      }
    />
  );
}
