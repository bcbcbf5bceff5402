import type { FactorKind } from '#contract/kinds.ts';
import type { Factor } from '#okta/wire/factor.ts';
import { pickNamedMethod, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { mayGive } from '../../../identity/step-up/requirement.ts';
import { getUsualLocation } from '../../../identity/authenticators/locations.ts';
import type { UsedFactor } from '../reset-model/reset.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';

/** The stored columns about the factors that verify a caller, and the doubt about them. */
export type WhatVerified = Pick<StoredCallerVerification, 'factor_id' | 'strength' | 'used' | 'doubt'>;

type Choice = Pick<StoredCallerVerification, 'type' | 'reason'> & {
  methods: readonly StoredCallerVerification['methods'][number][];
  all: number | boolean;
};

/** Reasons after which somebody else may have the phone. */
const elsewhere: ReadonlySet<Choice['reason']> = new Set<Choice['reason']>(['lost', 'compromised']);
/**
 * Kinds that are usually on the same phone. A location that the owner entered does not count: a thief may have entered
 * it.
 */
const isOnPhone = ({ kind }: { kind: FactorKind }): boolean => getUsualLocation(kind) === 'phone';

/**
 * Returns what speaks against a verification, or null. `same_method`: the reset removes a method that counts as used,
 * so whoever still has it does not need the helpdesk. `same_phone`: one that counts as used is usually on a phone which
 * may be stolen: by the reason, if a method on a phone is reset, or because the person is frozen.
 */
function findDoubt(
  { methods, all, reason }: Choice,
  used: readonly SecurityMethod[],
  frozen: boolean,
): StoredCallerVerification['doubt'] {
  // A reset of all also takes what was added after its question.
  if (all || used.some((one) => methods.some(({ id }) => id === one.id))) return 'same_method';
  const isStolen = frozen || (elsewhere.has(reason) && methods.some(isOnPhone));
  return isStolen && used.some(isOnPhone) ? 'same_phone' : null;
}

const getNumber = ({ detail }: SecurityMethod, { lastUpdated }: Factor) => `${detail} ${lastUpdated}`;

/**
 * Returns what verifies a caller. After a sign-in at Okta it is not known which method answered: each that gives at
 * least its strength counts as used.
 * @param by `factorId`: null after a sign-in at Okta; `strength`: of the step-up, null for a push and a call back
 * @returns null when there is no such factor (any more)
 */
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
    number: choice.type === 'call-back' ? getNumber(method, factor) : null,
  }));
  const doubt = findDoubt(
    choice,
    found.map(({ method }) => method),
    frozen,
  );
  return { factor_id: factorId, strength, used, doubt };
}

/**
 * Returns whether everything that counts as used is still there, and a number that was called unchanged.
 * @param removed ids of factors that the helpdesk removed since
 */
export const isStillThere = (
  { used }: Pick<StoredCallerVerification, 'used'>,
  methods: readonly SecurityMethod[],
  removed: readonly string[] = [],
): boolean => {
  const isThere = ({ id, created, number }: UsedFactor) =>
    methods.some((method) =>
      method.members.some(
        (one) =>
          one.id === id &&
          one.status === 'ACTIVE' &&
          one.created === created &&
          (number === null || number === getNumber(method, one)),
      ),
    );
  return used.length > 0 && used.every((one) => removed.includes(one.id) || isThere(one));
};
