import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { pickNamedMethod, listVerifications } from '../../../identity/methods/security-methods.ts';
import type { VerificationCapabilities, SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import { ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { changedRecently, listActivePhones } from './contact-methods.ts';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];

/** Empty if Okta sends pushes without a number, because they verify nobody. */
export const listPushes = (
  methods: readonly SecurityMethod[],
  { plainPush }: Pick<VerificationCapabilities, 'plainPush'>,
) =>
  methods.flatMap((one) =>
    (plainPush ? [] : listVerifications(one, { keys: false }))
      .filter(({ verificationType }) => verificationType === 'push')
      .map(({ factor }) => ({ one, factor })),
  );

/** Whether the person has a method to step up with, in the portal or at Okta. */
export const answersThemselves = (methods: readonly SecurityMethod[], least = ANSWER_STRENGTH): boolean =>
  methods.some(
    (one) =>
      one.counts &&
      one.status === 'ACTIVE' &&
      Math.max(listVerifications(one, { keys: true })[0]?.strength ?? 0, kinds[one.kind].signInStrength) >= least,
  );

/** The strongest come first. */
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
