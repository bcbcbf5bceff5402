import { ApiError, type StepUpOption } from '#contract/errors.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { addresses } from '#contract/endpoints.ts';
import { parsePurpose, splitPurpose, type PurposeText } from '#contract/purposes.ts';
import { listVerifications, findSecurityMethod, isPending } from '../methods/security-methods.ts';
import type { SecurityMethod } from '../methods/security-methods.ts';
import { getKind, kinds } from '../../platform/kinds/registry.ts';

/** Lifetime of a step-up, in milliseconds. A fresh sign-in of a person without a method counts for as long. */
export const STEP_UP_MS = 5 * 60_000;
/** Lifetime of an auditor's step-up, in milliseconds; it permits any number of reads. */
export const READING_MS = 15 * 60_000;

/**
 * Strength for answering the helpdesk's caller verification: a fresh second method other than a security question.
 * Another person may sit at an open session, and whoever has the password may know the question's answer.
 */
export const ANSWER_STRENGTH = 2;
/**
 * A weaker answer verifies the caller only together with an approver. Whoever took over the person's number gets text
 * messages and calls (strength 2); an answer of strength 3 or more takes the device itself.
 */
export const SURE_ANSWER_STRENGTH = 3;

/** Stronger than any method: only a sign-in with the acr `phrh` reaches it, and no key that is verified here does. */
const HARDWARE_PROTECTED = 5;
export const PHISHING_RESISTANT = 4;
const SECOND_METHOD = 2;

export type StepUpRequirement = {
  purpose: PurposeText;
  /** The least strength; 0: a fresh sign-in. */
  strength: number;
  /** What a fresh sign-in must request besides the password (`acr`), or null. */
  acr: string | null;
  options: StepUpOption[];
};

/** The strength of a step-up with this method, here or at Okta. */
function getStrength(method: SecurityMethod, capabilities: StepUpCapabilities): number {
  const { signInStrength, strength } = kinds[method.kind];
  return Math.min(strength, Math.max(listVerifications(method, capabilities)[0]?.strength ?? 0, signInStrength));
}

/** What Okta and the portal can do for step-ups. */
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

/** Returns the methods of a person that are strong enough for a step-up, and a sign-in at Okta. */
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
 * The step-up that adding or removing a method needs: as strong as that method, or as the strongest method that this
 * person can use, whichever is weaker (NIST SP 800-63B: bind and remove at the level of what is there).
 * @param touched strength of the method added or removed, 0 when none is; of the strongest of several
 * @param provers the methods that may prove it here
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

/**
 * The step-up of helpdesk staff before an operation. `HELPDESK_ACR` decides it, whatever methods they have: it does not
 * drop to their strongest method, as it does for people's own changes. Security questions do not count.
 * @param methods the staff member's own
 */
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

/** Returns whether a factor may give a step-up of this strength, here or at Okta. FastPass resists phishing. */
export const mayGive = (factor: Pick<Wire, 'factorType' | 'provider'>, least: number): boolean =>
  (factor.factorType === 'signed_nonce' ? PHISHING_RESISTANT : kinds[getKind(factor)].strength) >= least;

/**
 * Returns what a person's factors lack for `ownRequirement`, here or at Okta; null: nothing. Nobody can tell whether a
 * key is protected by hardware (`phrh`), so any key counts for it.
 */
export function lackingFor(
  acr: string,
  factors: readonly Pick<Wire, 'factorType' | 'provider' | 'status'>[],
): 'second_method' | 'phishing_resistant' | null {
  const resists = acr === 'phr' || acr === 'phrh';
  const least = resists ? PHISHING_RESISTANT : SECOND_METHOD;
  if (factors.some((factor) => factor.status === 'ACTIVE' && mayGive(factor, least))) return null;
  return resists ? 'phishing_resistant' : 'second_method';
}

/**
 * Returns the requirement of a purpose. Null when it names nothing of this person's, or an unfinished method, which
 * needs no step-up. Throws `bad_request` for a text that is no purpose.
 */
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

/** The method with this id, unless it is gone or unfinished. */
export function findFinished(methods: readonly SecurityMethod[], factorId: string): SecurityMethod | undefined {
  const method = findSecurityMethod(methods, factorId);
  return method && !isPending(method) ? method : undefined;
}

/** The methods that have none of these factor ids. */
const listUnnamed = (methods: readonly SecurityMethod[], factorIds: readonly string[]) =>
  methods.filter(({ members }) => !members.some(({ id }) => factorIds.includes(id)));

/**
 * The requirement for removing methods: as strong as the strongest of them. If several are removed, none of them may
 * prove it.
 */
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
 * Returns what a sign-in at Okta proves of a purpose. Okta does not say which method it was: if that can be one of
 * several to remove, it proves only the first, unless it resists phishing or a method as strong as required stays.
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

/**
 * The requirement that permits codes again after too many wrong ones. Any sign-in at Okta ends Okta's own count of
 * wrong codes. A kind with a hundred wrong codes needs a sign-in as strong as the kind, whatever other methods the
 * person has.
 */
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
  // A text message may be called a one-time password as well.
  if (has('sms', 'tel')) return 2;
  if (has('otp')) return 3;
  if (has('kba', 'email')) return 1;
  return has('mfa') ? 2 : 0;
}
