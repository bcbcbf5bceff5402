import type { EnrollFactorParameters } from '#okta/user-factor-api.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Activation, EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';

/** A factor type and provider at Okta that belong to a kind, and how the portal verifies such a factor. */
export type WireKind = {
  factorType: string;
  /** `*` matches any provider. */
  provider: string;
  /** Null when it cannot be verified here. */
  verificationType: VerificationType | null;
  /** Strength of a verification here. */
  strength: Strength;
};

/** Further inputs of an enrollment: whose it is, and the organization's name. */
export type EnrollAbout = { login: string; email: string | null; orgName: string };

/** Inputs to describe how an enrollment continues. */
export type ActivationAbout = EnrollAbout & {
  /** Milliseconds of the portal's clock. */
  now: number;
  /** ISO 8601: when the session's grant on the enrollment ends. */
  expiresAt: string;
};

/** What the BFF knows of one kind. A kind that is more than listed has its own file in `kinds/`. */
export type KindPolicy = {
  wire: readonly WireKind[];
  strength: Strength;
  /** Strength of a sign-in at Okta with it, as far as the sign-in's `amr` shows it. */
  signInStrength: Strength;
  /** Whether a person may have more than one. */
  several: boolean;
  /** Text that tells the person which one it is, masked so that others cannot read it from the screen. */
  detail: (factor: Pick<Wire, 'profile'>) => string | null;
  /** Builds the call that enrolls one; null when it cannot be enrolled here. */
  enroll: ((body: never, about: EnrollAbout) => Omit<EnrollFactorParameters, 'userId'>) | null;
  /**
   * Returns the step left after the call; null when there is none. Throws `org_error` for an unusable answer of Okta.
   */
  activation: (made: Wire, body: never, about: ActivationAbout) => Activation | null;
  /** Where Okta sends the codes of this kind; null for a kind without sent codes. */
  sendsTo: 'phone' | 'email' | null;
  /** How long Okta refuses another message, in milliseconds; 0 for kinds that send none. */
  resendAfterMs: number;
  /** Digits of a code; null where Okta fixes no length. */
  digits: number | null;
  /** The error when Okta calls a profile of this kind invalid. */
  badProfile: 'bad_phone' | 'bad_answer' | 'conflict';
};

/** A kind's own variant of the request body. */
export type BodyOfKind<K extends EnrollBody['kind']> = Extract<EnrollBody, { kind: K }>;

const nothingToSay = () => null;

/** A kind that is listed and removed here, and verified where a verification type is given. */
export function listedKind(wire: readonly WireKind[], strength: Strength, over: Partial<KindPolicy> = {}): KindPolicy {
  return {
    wire,
    strength,
    signInStrength: strength,
    several: true,
    detail: nothingToSay,
    enroll: null,
    activation: nothingToSay,
    sendsTo: null,
    resendAfterMs: 0,
    digits: 6,
    badProfile: 'conflict',
    ...over,
  };
}

/** A text of a factor's profile, or null. */
export function profileText(factor: Pick<Wire, 'profile'>, name: string): string | null {
  const value = factor.profile?.[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;
}
