import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { CallerVerification, CallerVerificationBody } from '#contract/helpdesk.ts';
import {
  findSecurityMethod,
  pickNamedMethod,
  type SecurityMethod,
} from '../../../identity/methods/security-methods.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';

type Choice = Pick<StoredCallerVerification, 'methods' | 'all' | 'reason'>;

/**
 * Throws `conflict` for an unknown method.
 * Throws `bad_request` for an empty list, unless the person is frozen or locked out.
 */
export function createChoice(
  { choice: { factorIds, reason } }: CallerVerificationBody,
  methods: readonly SecurityMethod[],
  frozen: boolean,
): Choice {
  if (factorIds.length === 0 && !frozen && reason !== 'locked-out') throw ApiError.withRule('bad_request', 'choice');
  const all = factorIds === 'all';
  const chosen = all ? methods : factorIds.map((id) => findSecurityMethod(methods, id));
  const named = [...new Set(chosen)].map((one) => {
    if (!one) throw new ApiError('conflict');
    return { id: one.id, ...pickNamedMethod(one) };
  });
  return { methods: named, all: Number(all), reason };
}

/**
 * Returns the rule that forbids the reset. The caller must have agreed to the reason and to all methods of the reset.
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

export const presentChoice = ({ all, methods, reason }: Choice): CallerVerification['choice'] => ({
  factorIds: all === 1 ? 'all' : methods.map(({ id }) => id),
  reason,
});
