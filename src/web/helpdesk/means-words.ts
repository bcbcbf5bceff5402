import type { CallerProof, ResetBody } from '#contract/helpdesk.ts';
import type { WordsId } from '../words/words.tsx';

export const reasonWords: Record<NonNullable<ResetBody['reason']>, WordsId> = {
  lost: 'desk.reason_lost',
  replaced: 'desk.reason_replaced',
  broken: 'desk.reason_broken',
  compromised: 'desk.reason_compromised',
  'locked-out': 'desk.reason_locked_out',
  other: 'desk.reason_other',
};

/** How a caller was verified, after the fact. */
export const verifiedWords: Record<CallerProof['way'], WordsId> = {
  push: 'desk.verified_push',
  'own-session': 'desk.verified_own_session',
  'call-back': 'desk.verified_call_back',
};

const becauseOf: Record<string, WordsId> = {
  privileged: 'desk.because_privileged',
  second_reset: 'desk.because_second_reset',
  call_back: 'desk.because_call_back',
  no_proof: 'desk.because_no_proof',
  no_channel: 'desk.because_no_channel',
};

/** Why a second pair of eyes is needed. */
export const becauseWords = (reason: string): WordsId => becauseOf[reason] ?? 'desk.because_other';
