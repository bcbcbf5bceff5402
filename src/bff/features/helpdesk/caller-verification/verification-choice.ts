import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { CallerVerification, CallerVerificationBody } from '#contract/helpdesk.ts';
import { findSecurityMethod, namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { PHISHING_RESISTANT } from '../../../identity/step-up/requirement.ts';
import { usualLocationOf } from '../../../identity/authenticators/locations.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';

type Choice = Pick<StoredCallerVerification, 'methods' | 'all' | 'reason'>;

/**
 * Returns the choice that a verification is made for, as it is stored. Throws `not_found` for a method that is not
 * there, and `bad_request` for no method, unless it is for unlocking, or for unfreezing: the person is frozen.
 */
export function choiceOf(
  { choice: { factorIds, reason } }: CallerVerificationBody,
  methods: readonly SecurityMethod[],
  frozen: boolean,
): Choice {
  if (factorIds.length === 0 && !frozen && reason !== 'locked-out') throw ApiError.withRule('bad_request', 'choice');
  const all = factorIds === 'all';
  const wanted = all ? methods : factorIds.map((id) => findSecurityMethod(methods, id));
  const named = [...new Set(wanted)].map((one) => {
    if (!one) throw new ApiError('not_found');
    return { id: one.id, ...namedMethodOf(one) };
  });
  return { methods: named, all: Number(all), reason };
}

/**
 * Returns by which rule a verification does not serve a reset, or null: the caller agreed to fewer methods, or to
 * another reason. Fewer methods than they agreed to are fine.
 */
export function widens(
  { all, methods, reason }: Choice,
  wanted: readonly string[] | 'all',
  why: Choice['reason'],
): Extract<ErrorRule<'caller_verification_required'>, 'more_than_confirmed' | 'other_reason'> | null {
  const covered = all === 1 || (wanted !== 'all' && wanted.every((id) => methods.some((method) => method.id === id)));
  if (!covered) return 'more_than_confirmed';
  return reason === why ? null : 'other_reason';
}

/** Returns the choice as the API shows it. */
export const presentChoice = ({ all, methods, reason }: Choice): CallerVerification['choice'] => ({
  factorIds: all === 1 ? 'all' : methods.map(({ id }) => id),
  reason,
});

/** Reasons after which somebody else may have the phone. */
const elsewhere: ReadonlySet<Choice['reason']> = new Set<Choice['reason']>(['lost', 'compromised']);
/** By kind, mostly all on the same phone. Where its owner said it is does not count: a thief could have said it. */
export const isOnPhone = ({ kind }: { kind: FactorKind }): boolean => usualLocationOf(kind) === 'phone';

/**
 * Returns what speaks against a verification, or null. `same_method`: the reset removes the very method that verified,
 * so whoever still has it does not need the helpdesk. `same_phone`: what verified may be the phone that is lost or
 * stolen: by the method's kind, for a number on file, or for a sign-in at Okta that does not resist phishing.
 * @param reset the methods to reset, and why
 * @param by how the caller was verified
 * @param methods what the person has
 */
export function doubtOf(
  reset: { methods: readonly { id: string; kind: FactorKind }[]; reason: Choice['reason'] },
  by: Pick<StoredCallerVerification, 'type' | 'factor_id' | 'strength'>,
  methods: readonly SecurityMethod[],
): StoredCallerVerification['doubt'] {
  const isStolen = elsewhere.has(reset.reason);
  if (by.type === 'call-back') return isStolen ? 'same_phone' : null;
  const used = (by.factor_id !== null && findSecurityMethod(methods, by.factor_id)) || null;
  if (used && reset.methods.some(({ id }) => id === used.id)) return 'same_method';
  const mayBePhone = used ? isOnPhone(used) : by.type === 'own-session' && (by.strength ?? 0) < PHISHING_RESISTANT;
  // Without a method to reset, it only unfreezes: what is on the phone works again.
  const isAboutPhone = reset.methods.length === 0 || reset.methods.some(isOnPhone);
  return mayBePhone && isStolen && isAboutPhone ? 'same_phone' : null;
}
