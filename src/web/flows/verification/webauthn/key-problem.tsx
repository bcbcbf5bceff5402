import type { ReactElement } from 'react';
import { ApiError, type ErrorCode, type PersonRule } from '#contract/errors.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { DeviceError } from './device.ts';

/** Messages of error codes, where a key is used. */
const ofKeys: Partial<Record<ErrorCode, MessageId>> = {
  wrong_code: 'webauthn.not_accepted',
  conflict: 'webauthn.not_here',
};
const ofRules: Record<PersonRule<'conflict'>, MessageId> = { touch: 'webauthn.touch_too_late' };

/** Returns the message of an error of the server, where a key is used. */
const keyMessage = ({ code, details: { rule } }: ApiError): MessageId | undefined =>
  rule !== undefined && Object.hasOwn(ofRules, rule) ? ofRules[rule as keyof typeof ofRules] : ofKeys[code];

/** Shows an error of the device or the server. */
export function KeyProblem({ problem }: { problem: unknown }): ReactElement | null {
  const t = useTranslate();
  const messageId =
    problem instanceof DeviceError ? problem.messageId : problem instanceof ApiError && keyMessage(problem);
  if (!messageId) return <Failure error={problem} />;
  return (
    <div className="failure" role="alert">
      <p>{t(messageId)}</p>
    </div>
  );
}
