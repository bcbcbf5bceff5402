import type { Random } from '../../wire/ids.ts';
import type { PushTransaction } from '../../store/push-transactions.ts';

/** Milliseconds. Okta does not document the time, and clients read `expiresAt`. */
const PUSH_LIFE = 5 * 60 * 1000;

export type PushState = PushTransaction['status'] | 'TIMEOUT';

export type PhoneAnswer = { answer: 'approve' | 'deny'; number?: number };

const LOWEST = 10;
const NUMBERS = 90;

/** Returns numbers from 10 to 99, all equally likely. */
function threeNumbers(random: Random): [number, number, number] {
  const numbers = new Set<number>();
  while (numbers.size < 3) {
    // 180 is the largest multiple of 90 below 256. Larger bytes would make low numbers more likely.
    for (const byte of random(16)) if (byte < 2 * NUMBERS && numbers.size < 3) numbers.add(LOWEST + (byte % NUMBERS));
  }
  return [...numbers] as [number, number, number];
}

export type PushRequest = { factorId: string; numberMatching: boolean; userAgent: string; address: string | null };

export function newTransaction(
  random: Random,
  { factorId, numberMatching, userAgent, address }: PushRequest,
  now: number,
): PushTransaction {
  const choices = numberMatching ? threeNumbers(random) : [];
  // The answer is the first number. The phone shows the numbers sorted, so the order reveals nothing.
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

/** An approval can be polled again until `expires_at`, because an answer may get lost. */
export function stateAt(
  { status, expires_at }: Pick<PushTransaction, 'status' | 'expires_at'>,
  now: number,
): PushState {
  return now >= expires_at && (status === 'WAITING' || status === 'SUCCESS') ? 'TIMEOUT' : status;
}

/** A wrong number is a denial. `unchosen`: approved without the required number, so the push waits. */
export function checkAnswer(
  { answer: right }: Pick<PushTransaction, 'answer'>,
  { answer, number }: PhoneAnswer,
): 'SUCCESS' | 'REJECTED' | 'unchosen' {
  if (answer === 'deny') return 'REJECTED';
  if (right === null) return 'SUCCESS';
  if (number === undefined) return 'unchosen';
  return number === right ? 'SUCCESS' : 'REJECTED';
}
