import type { Engine, Random } from '../context.ts';
import type { FactorRow, Person } from '../store/schema.ts';

/** Any JSON object that came in or goes out. */
export type Json = Record<string, unknown>;

export type Enrolling = {
  person: Person;
  /** The request's body, whatever it holds. */
  body: Json;
  random: Random;
  secretLength: 32 | 16;
  /** Makes an address below the factor's own, such as `…/factors/ID/qr/TOKEN`. */
  below(path: string): string;
};

/** What a new factor starts with, or why it cannot: `cause` is Okta's words for it (E0000001). */
export type Enrolled =
  | { cause: string }
  | {
      cause?: undefined;
      status: FactorRow['status'];
      profile: Json;
      secret: Buffer | null;
      /** `_embedded.activation`: shown in the answer to the enrollment, and never again. */
      activation?: Json;
    };

export type Judging = {
  secret: Buffer | null;
  acceptedStep: number | null;
  body: Json;
  /** Milliseconds since the epoch. */
  now: number;
};

/**
 * What a proof is worth. `right` names the time step that is spent by it; `spent` is a code that was right once and cannot be
 * used again; `wrong` says why in Okta's words.
 */
export type Verdict = { outcome: 'right'; acceptedStep: number | null } | { outcome: 'wrong'; cause: string } | { outcome: 'spent' };

/** Links that a factor of this kind carries besides `self` and `user`, in the order Okta writes them. */
export type LinkName = 'activate' | 'verify' | 'questions';

/** One kind of factor: a folder here, and an entry in the registry. */
export type Kind = {
  factorType: string;
  provider: string;
  /** The three characters an id of this kind starts with. */
  idPrefix: string;
  /** Whether one person may have more than one. */
  several: boolean;
  /** Engines whose catalog offers it; empty for what cannot be enrolled through this API. */
  offeredBy: readonly Engine[];
  /** Email factors carry neither `created` nor `lastUpdated`. */
  dated: boolean;
  links: Record<FactorRow['status'], readonly LinkName[]>;
  enroll?(about: Enrolling): Enrolled;
  activate?(about: Judging): Verdict;
  verify?(about: Judging): Verdict;
  /** Kinds whose code can be typed at the org's own sign-in page, and the word for it in `amr` (RFC 8176). */
  signInMethod?: 'otp';
};
