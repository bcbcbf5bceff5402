import type { StepUpOption } from '#contract/errors.ts';
import { addresses } from '#contract/endpoints.ts';
import { verificationsOf, type SecurityMethod } from '../factors/methods/security-methods.ts';
import type { StepUpRequirement, StepUpCapabilities } from './requirement.ts';

/** Stronger than any method: only a sign-in with the acr `phrh` reaches it, and no key that is verified here does. */
export const HARDWARE_PROTECTED = 5;
const PHISHING_RESISTANT = 4;
const SECOND_METHOD = 2;

/**
 * The step-up of helpdesk staff before an operation. `HELPDESK_ACR` decides it, whatever methods they have: it does not
 * drop to their strongest method, as it does for people's own changes. Security questions do not count.
 * @param methods the staff member's own
 */
export function ownRequirement(
  purpose: string,
  methods: readonly SecurityMethod[],
  acr: string,
  returnTo: string,
  capabilities: StepUpCapabilities,
): StepUpRequirement {
  const requiredStrength = { phrh: HARDWARE_PROTECTED, phr: PHISHING_RESISTANT }[acr] ?? SECOND_METHOD;
  const options: StepUpOption[] = methods
    .filter(({ counts }) => counts)
    .flatMap((one) =>
      verificationsOf(one, capabilities)
        .filter(({ strength }) => strength >= requiredStrength)
        .map(({ factor, verificationType, strength }) => ({
          type: 'factor' as const,
          factorId: factor.id,
          kind: one.kind,
          name: one.name,
          detail: one.detail,
          strength,
          verificationType,
        })),
    );
  options.push({ type: 'okta', href: addresses.stepUp(purpose, returnTo) });
  return { purpose, strength: requiredStrength, acr, options };
}
