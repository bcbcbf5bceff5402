import { ApiError } from '#contract/errors.ts';
import type { MessageId } from '../../i18n/translate.tsx';
import { type AttemptLimit, findAttemptLimit } from '../failure/attempt-limit.ts';
import { getErrorMessageId, isOutcomeUnknown } from '../failure/failure.tsx';

/** `unknown`: no answer arrived, so the code may have been accepted. */
export type CodeProblem = {
  id: 'empty' | 'malformed' | 'wrong' | MessageId;
  values?: Record<string, number>;
  unknown?: boolean;
};

/** `entering` ⇄ `checking` → `verified`. After too many wrong codes: `blocked`. */
export type CodeState =
  | { at: 'entering'; problem?: CodeProblem }
  | { at: 'checking' }
  | { at: 'blocked'; attemptLimit: AttemptLimit }
  | { at: 'verified' };

export type CodeEvent =
  | { type: 'sent' }
  | { type: 'accepted' }
  | { type: 'refused'; error: unknown }
  | { type: 'unblocked' };

function getProblem(error: unknown): CodeProblem {
  const failure = { id: getErrorMessageId(error), unknown: isOutcomeUnknown(error) };
  if (!(error instanceof ApiError)) return failure;
  const { triesLeft } = error.details;
  if (error.code === 'wrong_code') return { id: 'wrong', values: { tries: triesLeft ?? 0 } };
  // The request's schema refuses a malformed code with `bad_request`.
  if (error.code === 'bad_request' || error.code === 'bad_answer') return { id: 'malformed' };
  return failure;
}

export function codeFlow(state: CodeState, event: CodeEvent): CodeState {
  switch (event.type) {
    case 'sent':
      return state.at === 'entering' ? { at: 'checking' } : state;
    case 'accepted':
      return state.at === 'checking' ? { at: 'verified' } : state;
    case 'refused': {
      if (state.at !== 'checking') return state;
      const attemptLimit = findAttemptLimit(event.error);
      return attemptLimit ? { at: 'blocked', attemptLimit } : { at: 'entering', problem: getProblem(event.error) };
    }
    case 'unblocked':
      return state.at === 'blocked' ? { at: 'entering' } : state;
  }
}
