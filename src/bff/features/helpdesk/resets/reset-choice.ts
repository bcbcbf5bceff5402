import { ApiError } from '#contract/errors.ts';
import type { Approval, ResetBody } from '#contract/helpdesk.ts';
import { findSecurityMethod, isPending, namedMethodOf } from '../../../identity/methods/security-methods.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/** Returns the methods that a reset names, each once. Throws `not_found` when one is missing. */
export function chosen(methods: readonly SecurityMethod[], factorIds: ResetBody['factorIds']): SecurityMethod[] {
  if (factorIds === 'all') return methods.filter((one) => one.counts || isPending(one));
  const found = new Map<string, SecurityMethod>();
  for (const id of factorIds) {
    const one = findSecurityMethod(methods, id);
    if (!one) throw new ApiError('not_found');
    found.set(one.id, one);
  }
  return [...found.values()];
}

/** Returns whether no method that counts is left after these are removed. */
export const leavesNothing = (methods: readonly SecurityMethod[], targets: readonly SecurityMethod[]): boolean =>
  !methods.some(({ id, counts }) => counts && !targets.some((target) => target.id === id));

export const presentChoice = (targets: readonly SecurityMethod[]): Approval['methods'] =>
  targets.map((one) => ({ id: one.id, ...namedMethodOf(one), detail: one.detail }));

/** Returns the audit log's event for a reset, the method if it is only one, and the kind of each of several. */
export function resetAuditDetails(
  all: boolean,
  targets: readonly SecurityMethod[],
  { reason, note }: { reason: string; note: string | null },
) {
  const [only] = targets.length === 1 ? targets : [];
  return {
    event: all ? 'user.mfa.factor.reset_all' : 'user.mfa.factor.reset',
    factorId: only?.id ?? null,
    kind: only?.kind ?? (all ? null : [...new Set(targets.map(({ kind }) => kind))].join(' ') || null),
    why: whyOf({ reason, note }),
  } as const;
}

/** Returns the reason of an operation as one line for the audit log. */
export const whyOf = ({ reason, note }: { reason: string; note: string | null }): string =>
  [reason, note].filter(Boolean).join(': ');
