import type { ReactElement } from 'react';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { DeviceError } from './device.ts';

/** Error codes with a special meaning for a key. */
const keyMessages: Partial<Record<ErrorCode, MessageId>> = {
  wrong_code: 'webauthn.not_accepted',
  conflict: 'webauthn.not_here',
};

export function KeyProblem({ problem }: { problem: unknown }): ReactElement | null {
  const t = useTranslate();
  const messageId =
    problem instanceof DeviceError ? problem.messageId : problem instanceof ApiError && keyMessages[problem.code];
  if (!messageId) return <Failure error={problem} />;
  return (
    <div className="failure" role="alert">
      <p>{t(messageId)}</p>
    </div>
  );
}
