import { locationOf } from '../../../identity/authenticators/locations.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/**
 * The values of `amr` that a sign-in at Okta with a factor of this type brings (RFC 8176, as Okta uses it). Types that
 * are not listed bring none of their own. That a synced passkey is `hwk` too is assumed.
 */
const amrByType: Record<string, readonly string[]> = {
  push: ['swk'],
  signed_nonce: ['swk', 'hwk'],
  'token:software:totp': ['otp'],
  'token:hotp': ['otp'],
  'token:hardware': ['otp'],
  token: ['otp'],
  sms: ['sms'],
  call: ['tel'],
  email: ['email'],
  question: ['kba'],
  webauthn: ['hwk'],
  u2f: ['hwk'],
};
const specific = new Set(Object.values(amrByType).flat());

/** `factorIds`: the methods that may have been used, none of which is on the phone. */
export type RehearsalVerdict = { result: 'passed'; factorIds: string[] } | { result: 'used_phone' | 'unclear' };

/**
 * Whether a sign-in with these `amr` used nothing that is on the person's phone. The result is unclear where a value
 * fits a method on the phone and another one elsewhere (two passkeys, two apps), where it fits one whose location is
 * unknown, and where no value names a method.
 */
export function judgeRehearsal(amr: readonly string[], methods: readonly SecurityMethod[]): RehearsalVerdict {
  const factorIds: string[] = [];
  let unclear = false;
  for (const value of new Set(amr.filter((one) => specific.has(one)))) {
    const candidates = methods.flatMap((method) =>
      method.members
        .filter(({ status, factorType }) => status === 'ACTIVE' && amrByType[factorType]?.includes(value))
        .map(({ id }) => ({ id, at: locationOf(method).at })),
    );
    if (candidates.length > 0 && candidates.every(({ at }) => at === 'phone')) return { result: 'used_phone' };
    if (candidates.some(({ at }) => at === 'phone' || at === 'unknown')) unclear = true;
    factorIds.push(...candidates.map(({ id }) => id));
  }
  return unclear || factorIds.length === 0 ? { result: 'unclear' } : { result: 'passed', factorIds };
}
