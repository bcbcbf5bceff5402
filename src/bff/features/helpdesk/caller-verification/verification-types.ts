import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { pickNamedMethod, listVerifications } from '../../../identity/methods/security-methods.ts';
import type { VerificationCapabilities, SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import { ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { changedRecently, listActivePhones } from './contact-methods.ts';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];

/**
 * Returns the pushes that a caller can still answer, by the id of their own factor. It is empty when pushes have no
 * number: such pushes verify nobody.
 */
export const listPushes = (
  methods: readonly SecurityMethod[],
  { plainPush }: Pick<VerificationCapabilities, 'plainPush'>,
) =>
  methods.flatMap((one) =>
    (plainPush ? [] : listVerifications(one, { keys: false }))
      .filter(({ verificationType }) => verificationType === 'push')
      .map(({ factor }) => ({ one, factor })),
  );

/**
 * Returns whether the person has a method to step up with, here or at Okta, and so can answer on their own page.
 * @param least the strength that the method must have
 */
export const answersThemselves = (methods: readonly SecurityMethod[], least = ANSWER_STRENGTH): boolean =>
  methods.some(
    (one) =>
      one.counts &&
      one.status === 'ACTIVE' &&
      Math.max(listVerifications(one, { keys: true })[0]?.strength ?? 0, kinds[one.kind].signInStrength) >= least,
  );

/**
 * Returns how a caller can be verified, the strongest first.
 * @param callBack whether a call back verifies anybody
 */
export function listCallerVerificationOptions(
  methods: readonly SecurityMethod[],
  callBack: boolean,
  now: number,
  capabilities: Pick<VerificationCapabilities, 'plainPush'>,
): CallerVerificationOption[] {
  const pushes = listPushes(methods, capabilities).map(({ one, factor }) => ({
    type: 'push' as const,
    factorId: factor.id,
    method: pickNamedMethod(one),
    detail: one.detail,
  }));
  const ownPage = {
    type: 'own-session' as const,
    ...{ factorId: null, method: null, detail: null },
  };
  const callBacks = listActivePhones(methods)
    .filter((one) => callBack && !changedRecently(one, now))
    .map((one) => ({
      type: 'call-back' as const,
      factorId: one.id,
      method: pickNamedMethod(one),
      detail: one.detail,
    }));
  return [...pushes, ...(answersThemselves(methods) ? [ownPage] : []), ...callBacks];
}
