import type { Home, SupportedFactor } from '#contract/endpoints.ts';
import { factorKinds, type MethodLocation } from '#contract/kinds.ts';
import { locationOf, usualLocationOf } from '../../../identity/authenticators/locations.ts';
import { namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { Rehearsal } from './rehearsals.ts';

/** A method weaker than this is a poor spare: a stronger one is worth adding. */
const GOOD_SPARE = 3;

const usableOf = (methods: readonly SecurityMethod[]) =>
  methods.filter(({ counts, status }) => counts && status === 'ACTIVE');
const isElsewhere = (method: SecurityMethod) => !['phone', 'unknown'].includes(locationOf(method).at);
const isUnknown = (method: SecurityMethod) => locationOf(method).at === 'unknown';

/** Whether one of these methods works without the phone. `unknown`: only methods whose location is unknown could. */
export function withoutPhone(methods: readonly SecurityMethod[]): 'works' | 'unknown' | 'nothing' {
  const usable = usableOf(methods);
  return usable.some(isElsewhere) ? 'works' : usable.some(isUnknown) ? 'unknown' : 'nothing';
}

/**
 * What the person could do today without their phone: the strongest method that is not on it, the kind whose addition
 * would help most, and when they last signed in without it. Null for a person without a usable method. Okta's sign-in
 * policy decides in the end; the rehearsal asks it.
 * @param offered what can be added, as it is presented
 */
export function lostPhoneOf(
  methods: readonly SecurityMethod[],
  offered: readonly SupportedFactor[],
  rehearsal: Rehearsal | null,
): Home['lostPhone'] {
  const usable = usableOf(methods);
  if (usable.length === 0) return null;
  const rest = usable
    .filter(isElsewhere)
    .toSorted(
      (one, other) => other.strength - one.strength || factorKinds.indexOf(one.kind) - factorKinds.indexOf(other.kind),
    );
  const [best] = rest;
  const holds =
    rehearsal !== null && rest.some(({ members }) => members.some(({ id }) => rehearsal.factorIds.includes(id)));
  return {
    stillWorks: best ? { ...namedMethodOf(best), at: locationOf(best).at as MethodLocation } : null,
    unknown: usable.filter(isUnknown).map(namedMethodOf),
    addNext: best && best.strength >= GOOD_SPARE ? null : spareOf(usable, offered, best?.strength ?? 0),
    triedAt: holds ? new Date(rehearsal.at).toISOString() : null,
  };
}

/** The strongest kind that can be added here, is not on a phone, and is stronger than what there is. */
function spareOf(have: readonly SecurityMethod[], offered: readonly SupportedFactor[], least: number) {
  const found = offered
    .filter(({ kind, atOkta, strength }) => !atOkta && strength > least && usualLocationOf(kind) !== 'phone')
    .filter(({ kind }) => kind === 'webauthn' || !have.some((one) => one.kind === kind))
    .toSorted((one, other) => other.strength - one.strength)[0];
  return found?.kind ?? null;
}
