import * as z from 'zod/mini';
import { isId } from './path.ts';
import { isObject, objectOrNull, text, textOrNull, type Json } from './lenient.ts';

const result = z.object({
  /** `SUCCESS`, `CHALLENGE`, `WAITING`, `REJECTED`, `TIMEOUT`, … or an unknown value. */
  factorResult: text,
  expiresAt: textOrNull,
  _links: objectOrNull,
  _embedded: objectOrNull,
});

export type VerifyResult = {
  factorResult: string;
  /** ISO 8601. */
  expiresAt: string | null;
  /** A security key's challenge, or a push's number to match. */
  challenge: Json | null;
  /** The number to choose on the phone, 0 to 99. Null without number matching. */
  correctAnswer: number | null;
  /** Read from the poll link, which is never followed. */
  transactionId: string | null;
};

export function readVerifyResult(json: unknown): VerifyResult {
  const { factorResult, expiresAt, _links, _embedded } = z.parse(result, json);
  const challenge = _embedded?.['challenge'];
  return {
    factorResult,
    expiresAt,
    challenge: isObject(challenge) ? challenge : null,
    correctAnswer: isObject(challenge) ? numberToMatch(challenge['correctAnswer']) : null,
    transactionId: transactionIn(_links),
  };
}

/** Accepts at most two digits, because the page must show the same number as the phone. */
function numberToMatch(value: unknown): number | null {
  const digits = typeof value === 'number' ? String(value) : value;
  return typeof digits === 'string' && /^\d{1,2}$/.test(digits) ? Number(digits) : null;
}

function transactionIn(links: Json | null): string | null {
  const poll = links?.['poll'];
  const href = isObject(poll) ? poll['href'] : null;
  if (typeof href !== 'string') return null;
  const last = /\/transactions\/([^/?#]+)$/.exec(href)?.[1];
  return isId(last) ? last : null;
}
