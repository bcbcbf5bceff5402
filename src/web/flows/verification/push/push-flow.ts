import type { Transaction, Verified } from '#contract/endpoints.ts';

/** `number`: null if *Approve* is enough. */
export type Push = { transactionId: string; expiresAt: string; number: number | null };

/** The last four states allow a retry. */
export type PushState =
  | { at: 'ready' }
  | { at: 'sending' }
  | { at: 'waiting'; push: Push }
  | { at: 'approved' }
  | { at: 'denied' }
  | { at: 'timed-out' }
  | { at: 'cancelled' }
  | { at: 'failed'; error: unknown };

export type PushEvent =
  | { type: 'send' }
  | { type: 'sent'; verified: Verified }
  | { type: 'refused'; error: unknown }
  | { type: 'answered'; transaction: Transaction }
  /** No answer came, long after the push expired. */
  | { type: 'ran-out' }
  | { type: 'cancel' };

export function pushFlow(state: PushState, event: PushEvent): PushState {
  switch (event.type) {
    case 'send':
      return state.at === 'sending' || state.at === 'waiting' || state.at === 'approved' ? state : { at: 'sending' };
    case 'sent':
      return state.at === 'sending' ? outcome(event.verified) : state;
    case 'refused':
      return state.at === 'sending' || state.at === 'waiting' ? { at: 'failed', error: event.error } : state;
    case 'answered':
      return state.at === 'waiting' ? answer(state, event.transaction) : state;
    case 'ran-out':
      return state.at === 'waiting' ? { at: 'timed-out' } : state;
    case 'cancel':
      return state.at === 'waiting' ? { at: 'cancelled' } : state;
  }
}

function outcome(verified: Verified): PushState {
  switch (verified.factorResult) {
    case 'SUCCESS':
      return { at: 'approved' };
    case 'WAITING': {
      const { transactionId, expiresAt, number } = verified;
      return { at: 'waiting', push: { transactionId, expiresAt, number } };
    }
    case 'CHALLENGE':
      return { at: 'failed', error: new Error('A push is not answered by a challenge.') };
  }
}

const ends = {
  SUCCESS: { at: 'approved' },
  REJECTED: { at: 'denied' },
  TIMEOUT: { at: 'timed-out' },
  CANCELLED: { at: 'cancelled' },
} as const;

function answer(state: Extract<PushState, { at: 'waiting' }>, transaction: Transaction): PushState {
  const { factorResult, number } = transaction;
  if (factorResult === 'ERROR') return { at: 'failed', error: new Error('The org could not finish the push.') };
  if (factorResult !== 'WAITING') return ends[factorResult];
  // Okta sends the number only after the push has reached the phone, which may be after the first response.
  if (number === null || number === state.push.number) return state;
  return { at: 'waiting', push: { ...state.push, number } };
}
