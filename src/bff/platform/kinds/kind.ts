import type { EnrollFactorParameters } from '#okta/user-factor-api.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Activation, EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';

export type WireKind = {
  factorType: string;
  /** `*` matches any provider. */
  provider: string;
  /** Null when the portal cannot verify such a factor. */
  verificationType: VerificationType | null;
  strength: Strength;
};

export type EnrollAbout = { login: string; email: string | null; orgName: string };

export type ActivationAbout = EnrollAbout & {
  /** In ms since 1970. */
  now: number;
  /** Until when the session may continue this enrollment (ISO 8601). */
  expiresAt: string;
};

export type KindPolicy = {
  wire: readonly WireKind[];
  strength: Strength;
  /** Strength that a sign-in at Okta with this kind has, judged by its `amr` claim. */
  signInStrength: Strength;
  /** Whether a person may have more than one method of this kind. */
  several: boolean;
  /** Text by which the owner recognises the method. It is masked, so that others cannot read it from the screen. */
  detail: (factor: Pick<Wire, 'profile'>) => string | null;
  /** Builds the call to Okta that enrolls a method; null when the portal cannot enroll this kind. */
  enroll: ((body: never, inputs: EnrollAbout) => Omit<EnrollFactorParameters, 'userId'>) | null;
  /** The next step, or null. Throws `org_error` when Okta's answer `made` is unusable. */
  activation: (made: Wire, body: never, inputs: ActivationAbout) => Activation | null;
  /** Where Okta sends this kind's codes. Null for a kind without sent codes. */
  sendsTo: 'phone' | 'email' | null;
  /** How long Okta refuses to send another message, in ms. 0 for kinds that send none. */
  resendAfterMs: number;
  /** Digits of a code; null when Okta fixes no length. */
  digits: number | null;
  /** The portal's error code for Okta's “Invalid Profile.”. */
  badProfile: 'bad_phone' | 'bad_answer' | 'conflict';
};

export type BodyOfKind<K extends EnrollBody['kind']> = Extract<EnrollBody, { kind: K }>;

const nothingToSay = () => null;

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

export function profileText(factor: Pick<Wire, 'profile'>, name: string): string | null {
  const value = factor.profile?.[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;
}
