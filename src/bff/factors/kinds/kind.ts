import type { EnrollFactorParameters } from '#okta/user-factor-api.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Activation, EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';

/** One pair of Okta's that is of a kind, and how a factor of that pair is checked here. */
export type WireKind = {
  factorType: string;
  /** `*` takes any. */
  provider: string;
  /** Null when it cannot be checked here. */
  verificationType: VerificationType | null;
  /** What checking it here is worth as a proof. */
  strength: Strength;
};

/** What making a factor is told besides the wish: whose it is, and what we are called. */
export type EnrollAbout = { login: string; email: string | null; orgName: string };

/** What is needed to say how an enrollment goes on. */
export type ActivationAbout = EnrollAbout & {
  /** Milliseconds, by our clock. */
  now: number;
  /** ISO 8601: when our grant on it ends. */
  expiresAt: string;
};

/** What the BFF knows of one kind. Each has a file in `kinds/` where there is more to it than being listed. */
export type KindPolicy = {
  wire: readonly WireKind[];
  strength: Strength;
  /** What a sign-in at Okta with it is worth: its `amr` says no more than this. */
  signInStrength: Strength;
  /** Whether a person may have more than one. */
  several: boolean;
  /** Which one it is, for people's eyes: masked where others could read it from a screen. */
  detail: (factor: Pick<Wire, 'profile'>) => string | null;
  /** The call that makes one, or null when it cannot be enrolled here. */
  enroll: ((body: never, about: EnrollAbout) => Omit<EnrollFactorParameters, 'userId'>) | null;
  /**
   * What is left to do after the call; null when nothing is. Throws `org_error` when the org's answer cannot be gone on
   * from.
   */
  activation: (made: Wire, body: never, about: ActivationAbout) => Activation | null;
  /** How long the org lets nobody ask for another message, in milliseconds; 0 for kinds that send none. */
  resendAfterMs: number;
  /** Digits of a code that is sent. */
  digits: number;
  /** What is wrong where the org calls a profile of this kind invalid. */
  badProfile: 'bad_phone' | 'bad_answer' | 'conflict';
};

/** A kind's own part of the request's body. */
export type BodyOfKind<K extends EnrollBody['kind']> = Extract<EnrollBody, { kind: K }>;

const nothingToSay = () => null;

/** A kind that is listed and removed here, and checked where a way is given. */
export function listedKind(wire: readonly WireKind[], strength: Strength, over: Partial<KindPolicy> = {}): KindPolicy {
  return {
    wire,
    strength,
    signInStrength: strength,
    several: true,
    detail: nothingToSay,
    enroll: null,
    activation: nothingToSay,
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
