import type { ReactElement } from 'react';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import { NetworkError } from '../../api/client/network-error.ts';
import { type MessageId, useTranslate } from '../../i18n/translate.tsx';
import { AttemptLimitMessage, SignInAgain } from './attempt-limit-message.tsx';
import { type AttemptLimit, attemptLimitOf } from './attempt-limit.ts';

/** A message for each error of an action: the cause and the next step. */
export const failureMessages: Record<ErrorCode, MessageId> = {
  bad_request: 'error.bad_request',
  bad_phone: 'error.bad_phone',
  bad_answer: 'error.bad_answer',
  ticket_required: 'error.ticket_required',
  signed_out: 'error.signed_out',
  csrf: 'error.csrf',
  forbidden: 'error.forbidden',
  step_up_required: 'error.step_up_required',
  wrong_code: 'error.wrong_code',
  out_of_policy: 'error.out_of_policy',
  caller_verification_required: 'error.caller_verification_required',
  recovery_code_required: 'error.recovery_code_required',
  not_found: 'error.not_found',
  last_factor: 'error.last_factor',
  required_factor: 'error.required_factor',
  already_enrolled: 'error.already_enrolled',
  conflict: 'error.conflict',
  phone_on_file: 'error.phone_on_file',
  managed_at_okta: 'error.managed_at_okta',
  too_large: 'error.too_large',
  bad_type: 'error.bad_type',
  locked: 'error.locked',
  frozen: 'error.frozen',
  too_many_attempts: 'error.too_many_attempts',
  sent_too_soon: 'error.sent_too_soon',
  busy: 'error.busy',
  limit_reached: 'error.limit_reached',
  message_limit: 'error.message_limit',
  internal: 'error.internal',
  org_error: 'error.org_error',
  org_unavailable: 'error.org_unavailable',
  store_unavailable: 'error.store_unavailable',
  org_timeout: 'error.org_timeout',
};

const networkMessages: Record<NetworkError['reason'], MessageId> = {
  offline: 'error.network_offline',
  timeout: 'error.network_timeout',
  unreadable: 'error.network_unreadable',
};

export function messageIdOf(error: unknown): MessageId {
  if (error instanceof ApiError) return failureMessages[error.code];
  if (error instanceof NetworkError) return networkMessages[error.reason];
  return 'error.internal';
}

/** The block after wrong codes, where no code is typed: a code to send, or a key. */
function AttemptLimitFailure({ attemptLimit }: { attemptLimit: AttemptLimit }): ReactElement {
  return (
    <div className="failure" role="alert">
      <p>
        <AttemptLimitMessage attemptLimit={attemptLimit} />
      </p>
      {'signIn' in attemptLimit && (
        <p>
          <SignInAgain attemptLimit={attemptLimit} />
        </p>
      )}
    </div>
  );
}

/** Shows an error beside the button whose action failed. */
export function Failure({ error }: { error: unknown }): ReactElement | null {
  const t = useTranslate();
  // The dialog over the page shows that one.
  if (!error || (error instanceof ApiError && error.code === 'signed_out')) return null;
  const attemptLimit = attemptLimitOf(error);
  if (attemptLimit) return <AttemptLimitFailure attemptLimit={attemptLimit} />;
  const id = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className="failure" role="alert">
      <p>{t(messageIdOf(error))}</p>
      {id && error instanceof ApiError && error.status >= 500 && <p className="fine">{t('error.reference', { id })}</p>}
    </div>
  );
}
