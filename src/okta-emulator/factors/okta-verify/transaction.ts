import type { Random } from '../../wire/ids.ts';
import type { PushTransaction } from '../../store/push-transactions.ts';

/** How long a push waits for its phone. Okta publishes no length; `expiresAt` tells clients. */
export const PUSH_LIFE = 5 * 60 * 1000;

export type PushState = PushTransaction['status'] | 'TIMEOUT';

/** What a person does with a push on their phone; `number` is the one they chose. */
export type PhoneAnswer = { answer: 'approve' | 'deny'; number?: number };

const LOWEST = 10;
const NUMBERS = 90;

/** Three different numbers from 10 to 99, each equally likely. */
function threeNumbers(random: Random): [number, number, number] {
  const found = new Set<number>();
  while (found.size < 3) {
    // 180 is the largest multiple of 90 in a byte: beyond it low numbers would be likelier.
    for (const byte of random(16)) if (byte < 2 * NUMBERS && found.size < 3) found.add(LOWEST + (byte % NUMBERS));
  }
  return [...found] as [number, number, number];
}

export type Asking = { factorId: string; numberMatching: boolean; userAgent: string; address: string | null };

/**
 * A push as it begins: waiting, and with number matching three numbers on the phone, of which the asking page shows
 * one.
 */
export function newTransaction(
  random: Random,
  { factorId, numberMatching, userAgent, address }: Asking,
  now: number,
): PushTransaction {
  const choices = numberMatching ? threeNumbers(random) : [];
  // They came in random order, so the first can be the answer; the phone shows them sorted, which tells nothing.
  const [answer = null] = choices;
  return {
    id: `v2mst.${random(16).toString('base64url')}`,
    factor_id: factorId,
    status: 'WAITING',
    answer,
    choices: JSON.stringify(choices.toSorted((a, b) => a - b)),
    user_agent: userAgent,
    address,
    created: now,
    expires_at: now + PUSH_LIFE,
  };
}

/**
 * What a push is at a moment. A denial and a cancellation stay what they are. A yes is answered as often as it is asked
 * for, since an answer may be lost on its way, but until `expires_at` only: after that it vouches for nobody.
 */
export function stateAt(
  { status, expires_at }: Pick<PushTransaction, 'status' | 'expires_at'>,
  now: number,
): PushState {
  return now >= expires_at && (status === 'WAITING' || status === 'SUCCESS') ? 'TIMEOUT' : status;
}

/**
 * What becomes of a waiting push by an answer of its phone: the wrong number is as good as a denial, because whoever
 * chooses it does not see the asking page. `unchosen` when it was approved without a number although one must be
 * chosen: it still waits.
 */
export function judgeAnswer(
  { answer: right }: Pick<PushTransaction, 'answer'>,
  { answer, number }: PhoneAnswer,
): 'SUCCESS' | 'REJECTED' | 'unchosen' {
  if (answer === 'deny') return 'REJECTED';
  if (right === null) return 'SUCCESS';
  if (number === undefined) return 'unchosen';
  return number === right ? 'SUCCESS' : 'REJECTED';
}
