import type { Kysely } from 'kysely';
import type { EmulatorContext, Engine } from '../../context/context.ts';
import type { FactorRow, Person, Tables } from '../../store/schema.ts';

/** Any JSON object that came in or goes out. */
export type Json = Record<string, unknown>;

/**
 * A hook may answer at once or later. The transaction it runs in stays open, and everybody else waits, until it has.
 */
type Soon<T> = T | Promise<T>;

/** What a request brings besides person and factor. */
export type Call = {
  /** The request's body, whatever it holds. */
  body: Json;
  query: {
    activate: boolean;
    updatePhone: boolean;
    templateId: string | undefined;
    /** 1 to 86400; 300 when it was not given. */
    tokenLifetimeSeconds: number;
  };
  headers: { acceptLanguage: string | undefined; userAgent: string | undefined; forwardedFor: string | undefined };
};

/**
 * What every hook is given. A hook runs inside one transaction, alone on the only connection: it reads and writes by
 * `tx`, and never by the org's own `db`, which would wait for itself. What it throws undoes the transaction.
 */
export type About = Call & {
  emulator: Omit<EmulatorContext, 'db'>;
  tx: Kysely<Tables>;
  person: Person;
  /** Milliseconds since the epoch. */
  now: number;
};

export type Enrolling = About & {
  /** The id the new factor has while pending; that of the one it replaces, when one is pending. */
  id: string;
  /** The pending factor that this one replaces. */
  held: FactorRow | undefined;
  /** Makes an address below the factor's own, such as `…/factors/ID/qr/TOKEN`. */
  below(path: string): string;
};

/** A code or challenge that is out and waits for its answer. */
export type Remembered = {
  /** What the answer is held against; sealed before it is kept. */
  secret: Buffer;
  lifetimeSeconds: number;
  /** Whether what was out before, for the same purpose, is worth nothing from now on. */
  replaces: boolean;
};

/** What a new factor starts with, or why it cannot: `cause` is Okta's words for it (E0000001). */
export type Enrolled =
  | { cause: string }
  | {
      cause?: undefined;
      status: FactorRow['status'];
      /** The wire's `profile`; null leaves the property away. */
      profile: Json | null;
      secret: Buffer | null;
      /** What the kind keeps with the factor and nobody else reads. */
      data?: Json;
      /** Where it is not the provider's name. */
      vendorName?: string;
      /** The code that was sent, or the challenge that activation has to answer. */
      remember?: Remembered;
      /** `_embedded.activation`: shown in the answer to the enrollment, and never again. */
      activation?: Json;
    };

/** A hook about one factor that is there. */
export type OnFactor = About & {
  row: FactorRow;
  /** What proves the factor, opened. */
  secret: Buffer | null;
  /** Makes an address below the factor's own. */
  below(path: string): string;
  /** The factor as it goes over the wire. */
  present(row: FactorRow, activation?: Json): Json;
};

export type Judging = OnFactor & {
  /** What is out for this purpose and has not run out, newest first. `used` has been accepted already. */
  outstanding: readonly { secret: Buffer; used: boolean }[];
};

/**
 * What a proof is worth. `right` may say what changes in the factor, and what the answer to a verification carries
 * besides `factorResult`; everything outstanding for the purpose is spent by it. `spent` is a code that was right once
 * and cannot be used again; `wrong` says why in Okta's words. `answered` is no proof at all but an answer of the kind's
 * own.
 */
export type Verdict =
  | { outcome: 'right'; acceptedStep?: number | null; profile?: Json; secret?: Buffer; data?: Json; answer?: Json }
  | { outcome: 'wrong'; cause: string }
  | { outcome: 'spent' }
  | { outcome: 'answered'; answer: Json };

/** The answer to a verification that brought no proof. */
export type Challenged = {
  remember?: Remembered;
  answer: Json;
  /** 201 for a push, which Okta sends on its way; 200 for the others. */
  status?: 200 | 201;
};

/** Links that a factor of this kind carries besides `self` and `user`, in the order Okta writes them. */
export type LinkName = 'resend' | 'activate' | 'poll' | 'verify' | 'questions';

/** How factors of a kind prove who somebody is at the org's own sign-in page. */
export type SignIn = {
  /** Typed from something that shows codes; sent on request; an answer; approved on a phone; signed by a key. */
  way: 'code' | 'sent' | 'answer' | 'push' | 'key';
  /** The word for it in `amr`: RFC 8176's where it has one. */
  amr: 'otp' | 'sms' | 'tel' | 'email' | 'kba' | 'swk' | 'hwk';
  /** What the page calls one that has this `profile`. */
  title(profile: Json): string;
};

/**
 * One kind of factor: a folder here, and an entry in the registry. A hook that a kind lacks answers as an unknown path
 * does.
 */
export type Kind = {
  factorType: string;
  provider: string;
  /** The three characters an id of this kind starts with. */
  idPrefix: string;
  /** Those of an id while pending, where activation gives the factor a new one. */
  pendingPrefix?: string;
  /** Whether one person may have more than one, on this engine. */
  several(engine: Engine): boolean;
  /** Engines whose catalog offers it; empty for what cannot be enrolled through this API. */
  offeredBy: readonly Engine[];
  /** The group, by its id, whose people alone are offered it: an enrollment policy of their own. */
  offeredTo?: string;
  /** Email factors carry neither `created` nor `lastUpdated`. */
  dated: boolean;
  /** Whether an active one carries `lastVerified`. */
  showsLastVerified?: boolean;
  links: Record<FactorRow['status'], readonly LinkName[]>;
  /**
   * The body properties that are a proof. A verification without any of them is a challenge, where the kind has that
   * hook.
   */
  proof: readonly string[];
  /** Challenges are spent before they are judged, whatever comes of it. */
  judgedOnce?: boolean;
  /** Whether `…/factors/FACTOR_TYPE/verify` stands for all of the person's active ones. */
  verifiedByType?: boolean;
  /** Kinds whose factors go when one of this kind is deleted, its own not named. */
  removesAlong?(engine: Engine): readonly string[];
  enroll?(about: Enrolling): Soon<Enrolled>;
  activate?(about: Judging): Soon<Verdict>;
  /** After `activate` said right: the row as it is written. For what follows from a first proof. */
  activated?(about: OnFactor): Soon<void>;
  /** `lifecycle/activate/poll`. Writes what changed by itself, and gives the answer. */
  pollActivation?(about: OnFactor): Soon<Json>;
  /** `lifecycle/activate/sms` and `/email`. As above. */
  sendLink?(about: OnFactor & { channel: 'sms' | 'email' }): Soon<Json>;
  /** Sends again what a pending factor waits for. Counted before it is asked. */
  resend?(about: OnFactor): Soon<Remembered>;
  /** `rows` are all that the path names, this one among them: several only where `verifiedByType`. */
  challenge?(about: OnFactor & { rows: readonly FactorRow[] }): Soon<Challenged>;
  verify?(about: Judging): Soon<Verdict>;
  /** `PUT …/factors/ID`: what changes. */
  change?(about: OnFactor): Soon<{ cause: string } | { cause?: undefined; profile: Json; secret: Buffer }>;
  /** `GET …/transactions/ID`. Throws 404 for one that is not this factor's. */
  readTransaction?(about: OnFactor & { transactionId: string }): Soon<Json>;
  /** `DELETE …/transactions/ID`, as above. */
  cancelTransaction?(about: OnFactor & { transactionId: string }): Soon<void>;
  /** `GET …/qr/TOKEN`, asked without credentials: a PNG, or undefined when the token is not the factor's. */
  qr?(about: OnFactor & { token: string }): Soon<Buffer | undefined>;
  /** Once a factor was deleted: what else goes, or is free again. */
  removed?(
    about: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'> & { removeRecoveryEnrollment: boolean },
  ): Soon<void>;
  /** Whether `reset_factors` leaves this one; a change of `row` by `tx` tells the next call. */
  staysAtReset?(about: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'>): Soon<boolean>;
  /** What a catalog entry carries besides: links before `enroll`, and properties at its end. */
  catalog?(about: {
    emulator: EmulatorContext;
    person: Person;
    held: readonly FactorRow[];
  }): Soon<{ links?: Json; rest?: Json }>;
  signIn?: SignIn;
};
