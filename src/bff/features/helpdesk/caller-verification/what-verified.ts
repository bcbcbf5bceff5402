import type { FactorKind } from '#contract/kinds.ts';
import { pickNamedMethod, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { mayGive } from '../../../identity/step-up/requirement.ts';
import { getUsualLocation } from '../../../identity/authenticators/locations.ts';
import type { UsedFactor } from '../reset-model/reset.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';

export type WhatVerified = Pick<StoredCallerVerification, 'factor_id' | 'strength' | 'used' | 'doubt'>;

type Choice = Pick<StoredCallerVerification, 'type' | 'reason'> & {
  methods: readonly StoredCallerVerification['methods'][number][];
  all: number | boolean;
};

/** Reasons of a reset that mean that somebody else may have the phone. */
const elsewhere: ReadonlySet<Choice['reason']> = new Set<Choice['reason']>(['lost', 'compromised']);
/** A location that the owner entered is ignored, because a thief may have entered it. */
const isOnPhone = ({ kind }: { kind: FactorKind }): boolean => getUsualLocation(kind) === 'phone';

/**
 * `same_method`: the reset removes a method that verified the caller, although a person who still has it needs no
 * reset. `same_phone`: the method is usually on a phone, and the phone may be stolen.
 */
function findDoubt(
  { methods, all, reason }: Choice,
  used: readonly SecurityMethod[],
  frozen: boolean,
): StoredCallerVerification['doubt'] {
  // `all` also removes a method that was added after the choice and then verified the caller.
  if (all || used.some((one) => methods.some(({ id }) => id === one.id))) return 'same_method';
  const isStolen = frozen || (elsewhere.has(reason) && methods.some(isOnPhone));
  return isStolen && used.some(isOnPhone) ? 'same_phone' : null;
}

/** After a sign-in at Okta, `factorId` is null. Then every factor that could have given the strength counts as used. */
export function whatVerified(
  choice: Choice,
  { factorId, strength }: { factorId: string | null; strength: number | null },
  methods: readonly SecurityMethod[],
  frozen: boolean,
): WhatVerified | null {
  const found = methods.flatMap((method) =>
    method.members
      .filter((one) => one.status === 'ACTIVE' && (factorId === null ? mayGive(one, strength!) : one.id === factorId))
      .map((factor) => ({ method, factor })),
  );
  if (found.length === 0) return null;
  const used = found.map(({ method, factor }) => ({
    ...pickNamedMethod(method),
    id: factor.id,
    created: factor.created,
    lastUpdated: factor.lastUpdated,
    number: choice.type === 'call-back' ? (method.detail ?? '') : null,
  }));
  const doubt = findDoubt(
    choice,
    found.map(({ method }) => method),
    frozen,
  );
  return { factor_id: factorId, strength, used, doubt };
}

/** `removed`: ids of factors that the helpdesk itself has removed. */
export const isStillThere = (
  { used }: Pick<StoredCallerVerification, 'used'>,
  methods: readonly SecurityMethod[],
  removed: readonly string[] = [],
): boolean => {
  const isThere = ({ id, created, lastUpdated, number }: UsedFactor) =>
    methods.some((method) =>
      method.members.some(
        (one) =>
          one.id === id &&
          one.status === 'ACTIVE' &&
          one.created === created &&
          (number === null || (number === (method.detail ?? '') && lastUpdated === one.lastUpdated)),
      ),
    );
  return used.length > 0 && used.every((one) => removed.includes(one.id) || isThere(one));
};
