import { ApiError, type StepUpOption } from '#contract/errors.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { addresses } from '#contract/endpoints.ts';
import { parsePurpose, splitPurpose, type PurposeText } from '#contract/purposes.ts';
import { listVerifications, findSecurityMethod, isPending } from '../methods/security-methods.ts';
import type { SecurityMethod } from '../methods/security-methods.ts';
import { getKind, kinds } from '../../platform/kinds/registry.ts';

/** How long a step-up is valid, in milliseconds. A sign-in counts as fresh for the same time. */
export const STEP_UP_MS = 5 * 60_000;
/** How long an auditor's step-up is valid, in milliseconds, for any number of reads. */
export const READING_MS = 15 * 60_000;

/** Excludes security questions: somebody else may use an open session, and may know the answer. */
export const ANSWER_STRENGTH = 2;
/** A weaker answer also needs an approver: a thief of the phone number gets text messages and calls (strength 2). */
export const SURE_ANSWER_STRENGTH = 3;

/** Only a sign-in at Okta with the acr `phrh` has this strength. */
const HARDWARE_PROTECTED = 5;
export const PHISHING_RESISTANT = 4;
const SECOND_METHOD = 2;

export type StepUpRequirement = {
  purpose: PurposeText;
  /** The least strength of the step-up; 0: a fresh sign-in is enough. */
  strength: number;
  /** The `acr` that a sign-in at Okta must request, or null. */
  acr: string | null;
  options: StepUpOption[];
};

function getStrength(method: SecurityMethod, capabilities: StepUpCapabilities): number {
  const { signInStrength, strength } = kinds[method.kind];
  return Math.min(strength, Math.max(listVerifications(method, capabilities)[0]?.strength ?? 0, signInStrength));
}

export type StepUpCapabilities = {
  /** Whether the portal's pages may use the org's keys. */
  keys: boolean;
  /** True when Okta is known to send pushes without a number to match. */
  plainPush?: boolean;
  /** Whether Okta can request a phishing-resistant sign-in. */
  phr: boolean;
  /** The acr that helpdesk staff need for an operation (`HELPDESK_ACR`); absent without a helpdesk. */
  helpdeskAcr?: string;
};

function listOptions(
  purpose: PurposeText,
  least: number,
  methods: readonly SecurityMethod[],
  returnTo: string,
  capabilities: StepUpCapabilities,
): StepUpOption[] {
  const own = methods
    .filter(({ counts }) => counts)
    .flatMap((one) =>
      listVerifications(one, capabilities)
        .filter(({ strength }) => strength >= least)
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
  return [...own, { type: 'okta', href: addresses.stepUp(purpose, returnTo) }];
}

/**
 * The step-up is not stronger than the person's strongest usable method (NIST SP 800-63B: bind and remove at an
 * existing level).
 * @param touched strength of the method to add or remove; 0 without one
 * @param provers the methods that may give this step-up
 */
export function requirementFor(
  purpose: PurposeText,
  touched: number,
  methods: readonly SecurityMethod[],
  returnTo: string,
  capabilities: StepUpCapabilities,
  provers = methods,
): StepUpRequirement {
  const counting = methods.filter(({ counts }) => counts);
  const strength = Math.min(touched, Math.max(0, ...counting.map((one) => getStrength(one, capabilities))));
  const options = listOptions(purpose, strength, provers, returnTo, capabilities);
  const acr = strength === 0 ? null : capabilities.phr && strength === 4 ? 'phr' : 'urn:okta:loa:2fa:any';
  return { purpose, strength, acr, options };
}

/** Unlike in people's own changes, weaker methods of the staff member do not lower the strength. */
function ownRequirement(
  purpose: PurposeText,
  methods: readonly SecurityMethod[],
  acr: string,
  returnTo: string,
  capabilities: StepUpCapabilities,
): StepUpRequirement {
  const strength = { phrh: HARDWARE_PROTECTED, phr: PHISHING_RESISTANT }[acr] ?? SECOND_METHOD;
  const options = listOptions(purpose, strength, methods, returnTo, capabilities);
  return { purpose, strength, acr, options };
}

/** FastPass (`signed_nonce`) resists phishing. */
export const mayGive = (factor: Pick<Wire, 'factorType' | 'provider'>, least: number): boolean =>
  (factor.factorType === 'signed_nonce' ? PHISHING_RESISTANT : kinds[getKind(factor)].strength) >= least;

/** Any key is enough for `phrh`, because the portal cannot tell whether hardware protects a key. */
export function lackingFor(
  acr: string,
  factors: readonly Pick<Wire, 'factorType' | 'provider' | 'status'>[],
): 'second_method' | 'phishing_resistant' | null {
  const resists = acr === 'phr' || acr === 'phrh';
  const least = resists ? PHISHING_RESISTANT : SECOND_METHOD;
  if (factors.some((factor) => factor.status === 'ACTIVE' && mayGive(factor, least))) return null;
  return resists ? 'phishing_resistant' : 'second_method';
}

/** Null if the purpose names no finished method of the person, or is for the helpdesk in a portal without one. */
export function requirementOfPurpose(
  text: PurposeText,
  methods: readonly SecurityMethod[],
  capabilities: StepUpCapabilities,
): StepUpRequirement | null {
  const purpose = parsePurpose(text);
  if (!purpose) throw ApiError.withRule('bad_request', 'purpose');
  const own = (returnTo: string) =>
    capabilities.helpdeskAcr === undefined
      ? null
      : ownRequirement(text, methods, capabilities.helpdeskAcr, returnTo, capabilities);
  switch (purpose.name) {
    case 'enroll': {
      const { kind } = purpose;
      return requirementFor(text, kinds[kind].strength, methods, `/add/${kind}`, {
        ...capabilities,
        phr: capabilities.phr && kind === 'webauthn',
      });
    }
    case 'remove':
      return removalRequirement(text, purpose.factorIds, methods, capabilities);
    case 'replace': {
      const target = findFinished(methods, purpose.factorId);
      const returnTo = `/add/${target?.kind}?replaces=${purpose.factorId}`;
      return target ? requirementFor(text, target.strength, methods, returnTo, capabilities) : null;
    }
    case 'helpdesk':
      return own(`/helpdesk/people/${purpose.userId}`);
    case 'approve':
    case 'recovery-code':
      return own('/helpdesk/approvals');
    case 'audit-log':
      return own('/helpdesk/audit-log');
    case 'codes':
      return codesRequirement(text, purpose.kind);
    case 'caller-verification':
      return requirementFor(text, ANSWER_STRENGTH, methods, '/caller-verifications', capabilities);
    case 'sessions':
      return requirementFor(text, 0, methods, '/sessions', capabilities);
  }
}

export function findFinished(methods: readonly SecurityMethod[], factorId: string): SecurityMethod | undefined {
  const method = findSecurityMethod(methods, factorId);
  return method && !isPending(method) ? method : undefined;
}

const listUnnamed = (methods: readonly SecurityMethod[], factorIds: readonly string[]) =>
  methods.filter(({ members }) => !members.some(({ id }) => factorIds.includes(id)));

/** If several methods are removed, none of them may give the step-up. */
function removalRequirement(
  purpose: PurposeText,
  factorIds: readonly string[],
  methods: readonly SecurityMethod[],
  capabilities: StepUpCapabilities,
): StepUpRequirement | null {
  const targets = factorIds.flatMap((id) => findFinished(methods, id) ?? []);
  if (targets.length === 0) return null;
  const strongest = Math.max(...targets.map(({ strength }) => strength));
  const isOne = factorIds.length === 1;
  const returnTo = isOne ? `/methods/${factorIds[0]}/remove` : addresses.stolenPhone;
  const provers = isOne ? methods : listUnnamed(methods, factorIds);
  return requirementFor(purpose, strongest, methods, returnTo, capabilities, provers);
}

/**
 * Okta does not say which method a sign-in used. If only methods to remove are strong enough, the sign-in proves only
 * the first removal.
 */
export function findProven(
  text: PurposeText,
  strength: number,
  methods: readonly SecurityMethod[],
  capabilities: StepUpCapabilities,
): PurposeText {
  const [first, second] = splitPurpose(text);
  const purpose = parsePurpose(text);
  if (second === undefined || purpose?.name !== 'remove' || strength >= PHISHING_RESISTANT) return text;
  const required = requirementOfPurpose(text, methods, capabilities)?.strength ?? 0;
  const stays = listUnnamed(methods, purpose.factorIds).some(
    (one) => one.counts && one.status === 'ACTIVE' && getStrength(one, capabilities) >= required,
  );
  return stays ? text : first!;
}

/** Only a sign-in as strong as the kind unblocks the kind, even if the person has only weaker methods. */
function codesRequirement(purpose: PurposeText, kind: FactorKind | null): StepUpRequirement {
  const strength = kind === null ? 0 : kinds[kind].strength;
  return {
    purpose,
    strength,
    acr: strength === 0 ? null : 'urn:okta:loa:2fa:any',
    options: [{ type: 'okta', href: addresses.stepUp(purpose, '/') }],
  };
}

/** Strength of a sign-in at Okta, from the ID token's `amr` (RFC 8176 and Okta's own values) and `acr`. */
export function strengthOfSignIn(amr: readonly string[], acr: string | null): number {
  const has = (...values: string[]) => values.some((value) => amr.includes(value));
  if (acr === 'phrh') return HARDWARE_PROTECTED;
  if (has('hwk') || acr === 'phr') return 4;
  // `amr` may contain `otp` for a text message too, so `sms` and `tel` decide first.
  if (has('sms', 'tel')) return 2;
  if (has('otp')) return 3;
  if (has('kba', 'email')) return 1;
  return has('mfa') ? 2 : 0;
}
