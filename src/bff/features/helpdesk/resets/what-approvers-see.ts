import type { Approval, ResetBody } from '#contract/helpdesk.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { usualPlaceOf } from '../../../identity/authenticators/places.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import { namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { verifiedAt, type StoredCallerVerification } from '../caller-verification/caller-verifications.ts';
import { changedRecently } from '../caller-verification/contact-methods.ts';
import { answersThemselves } from '../caller-verification/verification-types.ts';
import { channelsOf } from './reset-plan.ts';

/** By kind, mostly all on the same phone. Where its owner said it is does not count: a thief could have said it. */
const isOnPhone = (kind: FactorKind): boolean => usualPlaceOf(kind) === 'phone';
/** Reasons after which somebody else may have the phone. */
const elsewhere: ReadonlySet<ResetBody['reason']> = new Set<ResetBody['reason']>(['lost', 'compromised']);

/** Returns how the caller was verified and what speaks against it, as it is at the request; null for nobody. */
export function callerSeen(
  caller: StoredCallerVerification | null,
  methods: readonly SecurityMethod[],
  targets: readonly SecurityMethod[],
  reason: ResetBody['reason'],
  now: number,
): Approval['caller'] {
  if (!caller) return null;
  const used = methods.find(({ members }) => members.some(({ id }) => id === caller.factor_id)) ?? null;
  const same = used !== null && targets.some(({ id }) => id === used.id);
  const phone = used !== null && isOnPhone(used.kind) && targets.some(({ kind }) => isOnPhone(kind));
  // Which method answered on the caller's own page is not known: each that could have counts.
  const could = used ? [used] : caller.type === 'own-session' ? methods.filter((one) => answersThemselves([one])) : [];
  const warnings: [NonNullable<Approval['caller']>['warnings'][number], boolean][] = [
    ['same_method', same],
    ['same_phone', !same && phone && elsewhere.has(reason)],
    ['changed_recently', could.some((one) => changedRecently(one, now))],
  ];
  return {
    method: used && namedMethodOf(used),
    at: new Date(verifiedAt(caller)).toISOString(),
    warnings: warnings.flatMap(([warning, holds]) => (holds ? [warning] : [])),
  };
}

/** Returns what a reset leaves, and who hears of it. */
export const consequencesOf = (
  {
    methods,
    targets,
    codeTo,
    suspects,
  }: Record<'methods' | 'targets' | 'suspects', readonly SecurityMethod[]> & { codeTo: readonly string[] },
  addresses: readonly string[],
): Approval['consequences'] => ({
  remaining: methods
    .filter(({ id, counts }) => counts && !targets.some((target) => target.id === id))
    .map(namedMethodOf),
  suspects: suspects.map(namedMethodOf),
  codeTo: codeTo.map(maskAddress),
  notifies: channelsOf(addresses, methods).map(maskAddress),
});
