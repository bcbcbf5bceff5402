import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { verificationsOf } from '../../factors/methods/security-methods.ts';
import type { VerificationCapabilities, SecurityMethod } from '../../factors/methods/security-methods.ts';
import { kinds } from '../../factors/kinds/registry.ts';
import { ANSWER_STRENGTH } from '../../step-up/requirement.ts';
import { changedRecently, phonesOf } from './contact-methods.ts';
import type { CallerVerificationType } from '../access/policy.ts';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];

/**
 * Pushes that a caller can still answer, by their own factor's id. None where pushes bring no number: those verify
 * nobody.
 */
export const pushesOf = (
  methods: readonly SecurityMethod[],
  { plainPush }: Pick<VerificationCapabilities, 'plainPush'>,
) =>
  methods.flatMap((one) =>
    (plainPush ? [] : verificationsOf(one, { keys: false }))
      .filter(({ verificationType }) => verificationType === 'push')
      .map(({ factor }) => ({ one, factor })),
  );

/** Whether somebody holds what answers the helpdesk's question on their own page, here or at Okta. */
export const answersThemselves = (methods: readonly SecurityMethod[]): boolean =>
  methods.some(
    (one) =>
      one.counts &&
      one.status === 'ACTIVE' &&
      Math.max(verificationsOf(one, { keys: true })[0]?.strength ?? 0, kinds[one.kind].signInStrength) >=
        ANSWER_STRENGTH,
  );

/** How a caller can show who they are, the strongest first, as far as the policy has it in use. */
export function callerVerificationOptionsOf(
  methods: readonly SecurityMethod[],
  inUse: readonly CallerVerificationType[],
  now: number,
  capabilities: Pick<VerificationCapabilities, 'plainPush'>,
): CallerVerificationOption[] {
  const found: Record<CallerVerificationType, () => CallerVerificationOption[]> = {
    push: () =>
      pushesOf(methods, capabilities).map(({ one, factor }) => ({
        type: 'push',
        factorId: factor.id,
        name: one.name,
        detail: one.detail,
        needsApproval: false,
      })),
    'own-session': () =>
      answersThemselves(methods)
        ? [{ type: 'own-session', factorId: null, name: null, detail: null, needsApproval: false }]
        : [],
    'call-back': () =>
      phonesOf(methods)
        .filter((one) => !changedRecently(one, now))
        .map((one) => ({
          type: 'call-back',
          factorId: one.id,
          name: one.name,
          detail: one.detail,
          needsApproval: true,
        })),
  };
  return inUse.flatMap((type) => found[type]());
}
