import { ApiError } from '#contract/errors.ts';
import type { MessageId } from '../../i18n/translate.tsx';
import { getErrorMessageId, isOutcomeUnknown } from '../failure/failure.tsx';

/** `unknown`: no answer arrived, so the code may have been accepted. */
export type CodeProblem = {
  id: 'empty' | 'malformed' | 'wrong' | MessageId;
  values?: Record<string, number>;
  unknown?: boolean;
};

export function getCodeProblem(error: unknown): CodeProblem {
  const failure = { id: getErrorMessageId(error), unknown: isOutcomeUnknown(error) };
  if (!(error instanceof ApiError)) return failure;
  const { triesLeft } = error.details;
  if (error.code === 'wrong_code') return { id: 'wrong', values: { tries: triesLeft ?? 0 } };
  // The request's schema refuses a malformed code with `bad_request`.
  if (error.code === 'bad_request' || error.code === 'bad_answer') return { id: 'malformed' };
  return failure;
}
