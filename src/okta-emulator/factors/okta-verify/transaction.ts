import type { Random } from '../../wire/ids.ts';
import type { PushTransaction } from '../../store/push-transactions.ts';

/** How long a push waits for its phone. Okta does not document it; clients read `expiresAt`. */
const PUSH_LIFE = 5 * 60 * 1000;

export type PushState = PushTransaction['status'] | 'TIMEOUT';

/** How a person answers a push on their phone; `number` is the chosen one. */
export type PhoneAnswer = { answer: 'approve' | 'deny'; number?: number };

const LOWEST = 10;
const NUMBERS = 90;

/** Three different numbers from 10 to 99, equally likely. */
function threeNumbers(random: Random): [number, number, number] {
  const numbers = new Set<number>();
  while (numbers.size < 3) {
    // 180 is the largest multiple of 90 in a byte; larger bytes would make low numbers more likely.
    for (const byte of random(16)) if (byte < 2 * NUMBERS && numbers.size < 3) numbers.add(LOWEST + (byte % NUMBERS));
  }
  return [...numbers] as [number, number, number];
}

export type PushRequest = { factorId: string; numberMatching: boolean; userAgent: string; address: string | null };

/** A new waiting push; with number matching it has three numbers on the phone, and the requesting page shows one. */
export function newTransaction(
  random: Random,
  { factorId, numberMatching, userAgent, address }: PushRequest,
  now: number,
): PushTransaction {
  const choices = numberMatching ? threeNumbers(random) : [];
  // The first is the answer, since they come in random order; the phone shows them sorted, which reveals nothing.
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
 * A push's state at a moment. A denial or cancellation is final. An approval can be polled repeatedly, since an answer
 * may get lost, but only until `expires_at`.
 */
export function stateAt(
  { status, expires_at }: Pick<PushTransaction, 'status' | 'expires_at'>,
  now: number,
): PushState {
  return now >= expires_at && (status === 'WAITING' || status === 'SUCCESS') ? 'TIMEOUT' : status;
}

/**
 * The result of a phone's answer. A wrong number denies: the person does not see the requesting page. `unchosen` means
 * approved without the required number: it still waits.
 */
export function checkAnswer(
  { answer: right }: Pick<PushTransaction, 'answer'>,
  { answer, number }: PhoneAnswer,
): 'SUCCESS' | 'REJECTED' | 'unchosen' {
  if (answer === 'deny') return 'REJECTED';
  if (right === null) return 'SUCCESS';
  if (number === undefined) return 'unchosen';
  return number === right ? 'SUCCESS' : 'REJECTED';
}
