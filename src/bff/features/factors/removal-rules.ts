import type { Removal } from '#contract/endpoints.ts';
import { isPending, type SecurityMethod, type SecurityMethods } from '../../identity/methods/security-methods.ts';

type KeptReason = Extract<Removal, { allowed: false }>['reason'];

const isUsable = ({ counts, status }: SecurityMethod) => counts && status === 'ACTIVE';

/** `required`: the kinds that Okta requires of the owner. */
export function findKeptReason(
  target: SecurityMethod,
  { methods }: SecurityMethods,
  required: ReadonlySet<string>,
): KeptReason | null {
  if (isPending(target)) return null;
  if (required.has(target.kind) && methods.filter(({ kind, counts }) => counts && kind === target.kind).length < 2)
    return 'required_factor';
  const others = methods.filter(({ counts, id }) => counts && id !== target.id);
  // An unusable method protects nothing, so it may be removed while the person has other methods.
  const isLast = target.counts && (others.length === 0 || (isUsable(target) && !others.some(isUsable)));
  return isLast ? 'last_factor' : null;
}
