import { timingSafeEqual } from 'node:crypto';
import { invalid } from '../../wire/errors.ts';
import type { VerifyContext, Kind, Verdict } from './kind.ts';

/** Okta's message for every wrong code. */
export const NO_MATCH = "Your passcode doesn't match our records. Please try again.";

export function normalizeCode(passCode: unknown): string {
  return String(passCode ?? '')
    .normalize('NFKC')
    .replaceAll(/\s/g, '');
}

/** Compares in constant time. Only a difference in length is visible. */
export function sameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function checkSentCode({ body, outstanding }: Pick<VerifyContext, 'body' | 'outstanding'>): Verdict {
  const code = normalizeCode(body.passCode);
  const matching = outstanding.filter(({ secret }) => sameText(secret.toString(), code));
  if (matching.some(({ used }) => !used)) return { outcome: 'right' };
  return matching.length > 0 ? { outcome: 'consumed' } : { outcome: 'wrong', cause: NO_MATCH };
}

export const sentCodeHooks: Pick<Kind, 'activate' | 'verify'> = {
  activate(input) {
    if (input.body.passCode === undefined || input.body.passCode === null) throw invalid('passCode');
    return checkSentCode(input);
  },
  verify: checkSentCode,
};
