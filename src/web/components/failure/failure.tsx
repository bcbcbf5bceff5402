import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { ApiError, type PersonRule } from '#contract/errors.ts';
import { NetworkError } from '../../api/client/network-error.ts';
import { useFormats } from '../../i18n/format.ts';
import { type MessageId, useTranslate } from '../../i18n/translate.tsx';
import { useLazyComponent } from '../use-lazy-component.ts';
import { findAttemptLimit } from './attempt-limit.ts';

const oldPurpose: PersonRule<'bad_request'> = 'purpose';

/** The compiler finds an error code without a message. */
export function getErrorMessageId(error: unknown): MessageId {
  if (error instanceof ApiError) return error.details.rule === oldPurpose ? 'error.old_page' : `error.${error.code}`;
  return error instanceof NetworkError ? `error.network_${error.reason}` : 'error.internal';
}

/** The answer was lost, or the server failed, so the change may have been made. */
const unknownOutcomes = /org_(error|timeout)|outcome_unknown|internal|network_timeout/;
export const isOutcomeUnknown = (error: unknown): boolean => unknownOutcomes.test(getErrorMessageId(error));

/** The list shows whether a change was made. */
export const ToMethods = (): ReactElement => <Link to="/">{useTranslate()('problem.home')}</Link>;

const loadAttemptLimit = () => import('./attempt-limit-failure.tsx');

/** `messageId` replaces the error code's message. Its text may use `at`, the time to try again. */
export function Failure({
  error,
  messageId,
  values,
}: {
  error: unknown;
  messageId?: MessageId | undefined;
  values?: Record<string, string>;
}): ReactElement | null {
  const t = useTranslate();
  const { dateTime } = useFormats().local;
  const attemptLimit = findAttemptLimit(error);
  const { Component: AttemptLimitFailure, error: missing } = useLazyComponent(attemptLimit && loadAttemptLimit);
  // After `signed_out`, a dialog shows the error.
  if (!error || (error instanceof ApiError && error.code === 'signed_out')) return null;
  if (attemptLimit && !missing) return AttemptLimitFailure ? <AttemptLimitFailure attemptLimit={attemptLimit} /> : null;
  const id = error instanceof ApiError ? error.requestId : undefined;
  const retryAt = error instanceof ApiError ? error.details.retryAt : undefined;
  const at = retryAt === undefined ? '' : dateTime(retryAt);
  return (
    <div className="failure" role="alert">
      <p>
        {t(messageId ?? getErrorMessageId(error), { ...values, at })}
        {!messageId && isOutcomeUnknown(error) && (
          <>
            {' '}
            <ToMethods />
          </>
        )}
      </p>
      {id && error instanceof ApiError && error.status >= 500 && <p className="fine">{t('error.reference', { id })}</p>}
    </div>
  );
}
