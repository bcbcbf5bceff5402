import type { ReactElement } from 'react';
import { SentCode } from '../../../flows/verification/sent/sent-code.tsx';
import { request } from '../../../api/client/request.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import type { StepProps } from './steps.ts';

/** Activates the factor by the code that was sent. `change`: a button to use another number. */
export function CodeStep({
  factor,
  activation,
  activate,
  onRefused,
  onBack,
  onCancel,
  change,
}: StepProps<'code'> & { change?: MessageId }): ReactElement {
  const t = useTranslate();
  return (
    <SentCode
      channel={factor.kind}
      sent={activation.sent}
      digits={activation.digits}
      submit="enroll.turn_on"
      check={(passCode) => activate({ passCode })}
      onVerified={() => {}}
      onRefused={onRefused}
      resend={() => request('resendFactor', { params: { factorId: factor.id } })}
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
