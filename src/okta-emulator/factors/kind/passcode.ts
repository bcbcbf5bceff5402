import { timingSafeEqual } from 'node:crypto';
import { invalid } from '../../wire/errors.ts';
import type { Json, Judging, Verdict } from './kind.ts';

/** What Okta says of every code that does not fit. */
export const NO_MATCH = "Your passcode doesn't match our records. Please try again.";

/** Full-width digits become plain and every kind of white space goes, once, before anything is compared. */
export function normalizeCode(passCode: unknown): string {
  return String(passCode ?? '')
    .normalize('NFKC')
    .replaceAll(/\s/g, '');
}

/** Compares in a time that tells nothing but the lengths. */
export function sameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Throws E0000001 about `passCode` for a body without one (fact sheet §9.3): sent codes are not judged by an absent
 * one.
 */
export function assertCodeGiven(body: Json): void {
  if (body.passCode === undefined || body.passCode === null) throw invalid('passCode');
}

/** Judges a code that was sent: any that is out and unused opens, one that was used is known for that. */
export function judgeSentCode({ body, outstanding }: Pick<Judging, 'body' | 'outstanding'>): Verdict {
  const given = normalizeCode(body.passCode);
  const matching = outstanding.filter(({ secret }) => sameText(secret.toString(), given));
  if (matching.some(({ used }) => !used)) return { outcome: 'right' };
  return matching.length > 0 ? { outcome: 'spent' } : { outcome: 'wrong', cause: NO_MATCH };
}
