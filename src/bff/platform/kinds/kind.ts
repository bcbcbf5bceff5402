import type { EnrollFactorParameters } from '#okta/user-factor-api.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Activation, EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';

/** A factor type and provider at Okta that belong to a kind, and how the portal verifies such a factor. */
export type WireKind = {
  factorType: string;
  /** `*` matches any provider. */
  provider: string;
  /** Null when the portal cannot verify such a factor. */
  verificationType: VerificationType | null;
  strength: Strength;
};

/** Further inputs of an enrollment: the person's login and email, and the organization's name. */
export type EnrollAbout = { login: string; email: string | null; orgName: string };

/** Inputs of the next step of an enrollment. */
export type ActivationAbout = EnrollAbout & {
  /** The current time, in milliseconds. */
  now: number;
  /** When the session may no longer continue this enrollment (ISO 8601). */
  expiresAt: string;
};

/** What the BFF knows about one kind. `listedKind` gives the defaults; a kind that needs more has its own file. */
export type KindPolicy = {
  wire: readonly WireKind[];
  strength: Strength;
  /** Strength of a sign-in at Okta with this kind, as far as the `amr` claim shows it. */
  signInStrength: Strength;
  /** Whether a person may have more than one method of this kind. */
  several: boolean;
  /** Text by which the person recognises the method, masked so that others cannot read it from the screen. */
  detail: (factor: Pick<Wire, 'profile'>) => string | null;
  /** Builds the call to Okta that enrolls a method; null when the portal cannot enroll this kind. */
  enroll: ((body: never, inputs: EnrollAbout) => Omit<EnrollFactorParameters, 'userId'>) | null;
  /**
   * Returns the next step after the enrollment; null when there is none.
   * @param made Okta's answer; `org_error` is thrown when it is unusable
   */
  activation: (made: Wire, body: never, inputs: ActivationAbout) => Activation | null;
  /** Where Okta sends this kind's codes; null for a kind without sent codes. */
  sendsTo: 'phone' | 'email' | null;
  /** How long Okta refuses to send another message, in milliseconds; 0 for kinds that send none. */
  resendAfterMs: number;
  /** Digits of a code; null when Okta fixes no length. */
  digits: number | null;
  /** Our error code when Okta says “invalid profile”. */
  badProfile: 'bad_phone' | 'bad_answer' | 'conflict';
};

/** The variant of the request body for a kind. */
export type BodyOfKind<K extends EnrollBody['kind']> = Extract<EnrollBody, { kind: K }>;

const nothingToSay = () => null;

/** A kind with the default policy: the portal lists and removes its methods. `over` replaces defaults. */
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

/** A string in a factor's profile, or null. */
export function profileText(factor: Pick<Wire, 'profile'>, name: string): string | null {
  const value = factor.profile?.[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;
}
