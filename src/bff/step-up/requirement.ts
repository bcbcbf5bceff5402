import type { StepUpOption } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { addresses } from '#contract/endpoints.ts';
import { verificationsOf, findSecurityMethod, isPending } from '../factors/methods/security-methods.ts';
import type { SecurityMethod } from '../factors/methods/security-methods.ts';
import { kinds } from '../factors/kinds/registry.ts';
import { HARDWARE_PROTECTED, ownRequirement } from './helpdesk-requirement.ts';

/** A proof lasts this long, and so does a sign-in as the proof of somebody who has nothing else. */
export const STEP_UP_MS = 5 * 60_000;

/**
 * What answers the helpdesk's question: a second method that is no knowledge, freshly, since a session of hours may be
 * anybody's who sits there, and whoever has the password may have the question's answer.
 */
export const ANSWER_STRENGTH = 2;

export type StepUpRequirement = {
  purpose: string;
  /** The least strength; 0: a fresh sign-in. */
  strength: number;
  /** What a fresh sign-in must have asked for besides the password, or null. */
  acr: string | null;
  options: StepUpOption[];
};

/** What a method is worth as a proof, here or at Okta. */
function strengthOf(method: SecurityMethod, capabilities: StepUpCapabilities): number {
  const { signInStrength, strength } = kinds[method.kind];
  return Math.min(strength, Math.max(verificationsOf(method, capabilities)[0]?.strength ?? 0, signInStrength));
}

/** What the org and we can do, as far as proofs depend on it. */
export type StepUpCapabilities = {
  /** Whether keys answer to our name. */
  keys: boolean;
  /** True where the org is known to send pushes without a number to match. */
  plainPush?: boolean;
  /** Whether the org can be asked for a phishing-resistant sign-in. */
  phr: boolean;
  /** What somebody at the helpdesk must prove before an act, where there is one: `HELPDESK_ACR`. */
  helpdeskAcr?: string;
};

/**
 * The proof that adding or removing a method of some strength needs: at least as strong as what is touched, or as the
 * strongest that this person can prove at all (NIST SP 800-63B: bind and remove at the level of what is there).
 * @param touched strength of the method added or removed, 0 when none is.
 */
export function requirementFor(
  purpose: string,
  touched: number,
  methods: readonly SecurityMethod[],
  returnTo: string,
  capabilities: StepUpCapabilities,
): StepUpRequirement {
  const counting = methods.filter(({ counts }) => counts);
  const strength = Math.min(touched, Math.max(0, ...counting.map((one) => strengthOf(one, capabilities))));
  const options: StepUpOption[] = counting.flatMap((one) =>
    verificationsOf(one, capabilities)
      .filter((verification) => verification.strength >= strength)
      .map((verification) => ({
        type: 'factor' as const,
        factorId: verification.factor.id,
        kind: one.kind,
        name: one.name,
        detail: one.detail,
        strength: verification.strength,
        verificationType: verification.verificationType,
      })),
  );
  options.push({ type: 'okta', href: addresses.stepUp(purpose, returnTo) });
  const acr = strength === 0 ? null : capabilities.phr && strength === 4 ? 'phr' : 'urn:okta:loa:2fa:any';
  return { purpose, strength, acr, options };
}

/**
 * The need of a purpose as the browser names it (`enroll:KIND`, `remove:FACTORID`, `sessions`, `caller-verification`, and of
 * the helpdesk's `helpdesk:USERID`, `approve:ID`, `recovery-code:ID`), or null when it names nothing of this person's, or an
 * unfinished method, which goes without a proof.
 */
export function requirementOfPurpose(
  purpose: string,
  methods: readonly SecurityMethod[],
  capabilities: StepUpCapabilities,
): StepUpRequirement | null {
  const [act, what = ''] = purpose.split(/:(.*)/s);
  if (act === 'enroll') {
    const kind = what as FactorKind;
    return requirementFor(purpose, kinds[kind].strength, methods, `/add/${kind}`, {
      ...capabilities,
      phr: capabilities.phr && kind === 'webauthn',
    });
  }
  if (act === 'remove') {
    const target = findSecurityMethod(methods, what);
    return target && !isPending(target)
      ? requirementFor(purpose, target.strength, methods, `/methods/${what}/remove`, capabilities)
      : null;
  }
  if (act === 'helpdesk' || act === 'approve' || act === 'recovery-code') {
    const returnTo = act === 'helpdesk' ? `/helpdesk/people/${what}` : '/helpdesk/approvals';
    return capabilities.helpdeskAcr === undefined
      ? null
      : ownRequirement(purpose, methods, capabilities.helpdeskAcr, returnTo, capabilities);
  }
  if (act === 'codes') return codesRequirement(purpose, what);
  if (act === 'caller-verification')
    return requirementFor(purpose, ANSWER_STRENGTH, methods, '/caller-verifications', capabilities);
  return requirementFor(purpose, 0, methods, '/sessions', capabilities);
}

/**
 * What opens codes that wrong ones have closed: a sign-in at Okta with whatever its policy asks ends Okta's own row,
 * and a kind that a hundred wrong codes closed takes one as strong as the kind, whatever else the person holds.
 */
function codesRequirement(purpose: string, kind: string): StepUpRequirement {
  const strength = kind === '' ? 0 : kinds[kind as FactorKind].strength;
  return {
    purpose,
    strength,
    acr: strength === 0 ? null : 'urn:okta:loa:2fa:any',
    options: [{ type: 'okta', href: addresses.stepUp(purpose, '/') }],
  };
}

/** What a sign-in at Okta is worth as a proof, from the ID token's `amr` (RFC 8176 and Okta's own values) and `acr`. */
export function strengthOfSignIn(amr: readonly string[], acr: string | null): number {
  const has = (...values: string[]) => values.some((value) => amr.includes(value));
  if (acr === 'phrh') return HARDWARE_PROTECTED;
  if (has('hwk') || acr === 'phr') return 4;
  if (has('otp')) return 3;
  if (has('sms', 'tel')) return 2;
  if (has('kba', 'email')) return 1;
  return has('mfa') ? 2 : 0;
}
