import type { Kysely } from 'kysely';
import type { EmulatorContext, Engine } from '../../context/context.ts';
import type { FactorRow, Person, Tables } from '../../store/schema.ts';

/** Any JSON object of a request or an answer. */
export type Json = Record<string, unknown>;

/** A hook may be async. Its transaction stays open meanwhile, and all other work waits. */
export type Soon<T> = T | Promise<T>;

/** A request's input besides person and factor. */
export type Call = {
  /** The request's body, unvalidated. */
  body: Json;
  query: {
    activate: boolean;
    updatePhone: boolean;
    templateId: string | undefined;
    /** 1 to 86400; default 300. */
    tokenLifetimeSeconds: number;
  };
  headers: { acceptLanguage: string | undefined; userAgent: string | undefined; forwardedFor: string | undefined };
};

/**
 * The input of every hook. A hook runs inside a transaction on the only connection: it must use `tx`; the emulator's
 * own `db` would deadlock. An error rolls the transaction back.
 */
export type About = Call & {
  emulator: Omit<EmulatorContext, 'db'>;
  tx: Kysely<Tables>;
  person: Person;
  /** Milliseconds since the epoch. */
  now: number;
};

export type EnrollContext = About & {
  /** The new factor's id while pending; reuses the id of the pending factor it replaces. */
  id: string;
  /** The pending factor that this one replaces. */
  pending: FactorRow | undefined;
  /** Builds a URL below the factor's own, such as `…/factors/ID/qr/TOKEN`. */
  below(path: string): string;
};

/** A sent code or a challenge that waits for its answer. */
export type Remembered = {
  /** The expected answer. */
  secret: Buffer;
  lifetimeSeconds: number;
  /** Whether it invalidates earlier ones of the same purpose. */
  replaces: boolean;
};

/** What a new factor starts with, or why it is refused: `cause` is Okta's text (E0000001). */
export type Enrolled =
  | { cause: string }
  | {
      cause?: undefined;
      status: FactorRow['status'];
      /** The wire's `profile`; null omits the property. */
      profile: Json | null;
      secret: Buffer | null;
      /** The kind's private data of the factor. */
      data?: Json;
      /** Only when it differs from the provider's name. */
      vendorName?: string;
      /** The code that was sent, or the challenge for the activation. */
      remember?: Remembered;
      /** `_embedded.activation`: only in the answer to the enrollment. */
      activation?: Json;
    };

/** The input of a hook about an existing factor. */
export type OnFactor = About & {
  row: FactorRow;
  /** The factor's opened secret. */
  secret: Buffer | null;
  /** Builds a URL below the factor's own. */
  below(path: string): string;
  /** The factor on the wire. */
  present(row: FactorRow, activation?: Json): Json;
};

export type VerifyContext = OnFactor & {
  /** Unexpired codes and challenges of this purpose, newest first; `used` ones were accepted already. */
  outstanding: readonly { secret: Buffer; used: boolean }[];
};

/**
 * The result of a verification. `right` may change the factor and add to the answer besides `factorResult`; it consumes
 * everything outstanding of the purpose. `spent` is a right code that was used already; `wrong` gives Okta's reason.
 * `answered` is the kind's own answer without verification.
 */
export type Verdict =
  | { outcome: 'right'; acceptedStep?: number | null; profile?: Json; secret?: Buffer; data?: Json; answer?: Json }
  | { outcome: 'wrong'; cause: string }
  | { outcome: 'consumed' }
  | { outcome: 'answered'; answer: Json };

/** The reply to a verification request that contains no code: the challenge. */
export type Challenged = {
  remember?: Remembered;
  answer: Json;
  /** 201 for a push, as Okta answers; 200 for the others. */
  status?: 200 | 201;
};

/** Links of a factor of this kind besides `self` and `user`, in Okta's order. */
export type LinkName = 'resend' | 'activate' | 'poll' | 'verify' | 'questions';

/** How a factor of this kind is verified at the emulator's sign-in page. */
export type SignIn = {
  /** A code from an app or token; a sent code; an answer; a push; a key's signature. */
  kind: 'code' | 'sent' | 'answer' | 'push' | 'key';
  /** The value in `amr`, from RFC 8176 where it has one. */
  amr: 'otp' | 'sms' | 'tel' | 'email' | 'kba' | 'swk' | 'hwk';
  /** What the page calls the factor with this `profile`. */
  title(profile: Json): string;
};

/**
 * One kind of factor: a folder here, and an entry in the registry. A kind without a hook answers like an unknown path.
 */
export type Kind = {
  factorType: string;
  provider: string;
  /** Okta publishes no such type: enrolling one is refused as invalid. */
  unpublished?: true;
  /** The first three characters of an id of this kind. */
  idPrefix: string;
  /** The prefix while pending, when activation changes the id. */
  pendingPrefix?: string;
  /** Whether a person may have several, on this engine; by default they may not. */
  several?(engine: Engine): boolean;
  /** Engines whose catalog offers it; empty when this API cannot enroll it. */
  offeredBy: readonly Engine[];
  /** Email factors have neither `created` nor `lastUpdated`. */
  undated?: boolean;
  /** Whether an active factor has `lastVerified`. */
  showsLastVerified?: boolean;
  links: Record<FactorRow['status'], readonly LinkName[]>;
  /**
   * The body properties that carry an answer. A verification without them requests a challenge, if the kind has that
   * hook.
   */
  answerFields: readonly string[];
  /** Consumes the challenge before judging, whatever the result. */
  answersOnce?: boolean;
  /** Whether `…/factors/FACTOR_TYPE/verify` means all active factors of the person. */
  verifiedByType?: boolean;
  /** The other kinds that are deleted with one of this kind. */
  removesAlong?(engine: Engine): readonly string[];
  enroll?(about: EnrollContext): Soon<Enrolled>;
  activate?(about: VerifyContext): Soon<Verdict>;
  /** Runs after `activate` was right and the row is written, for the effects of a first activation. */
  activated?(about: OnFactor): Soon<void>;
  /** `lifecycle/activate/poll`: stores what changed meanwhile, and gives the answer. */
  pollActivation?(about: OnFactor): Soon<Json>;
  /** `lifecycle/activate/sms` and `/email`, likewise. */
  sendLink?(about: OnFactor & { channel: 'sms' | 'email' }): Soon<Json>;
  /** Resends what a pending factor waits for. It is counted before. */
  resend?(about: OnFactor): Soon<Remembered>;
  /** `rows`: all factors that the path names, this one included; several only with `verifiedByType`. */
  challenge?(about: OnFactor & { rows: readonly FactorRow[] }): Soon<Challenged>;
  verify?(about: VerifyContext): Soon<Verdict>;
  /** `PUT …/factors/ID`: gives the changes. */
  change?(about: OnFactor): Soon<{ cause: string } | { cause?: undefined; profile: Json; secret: Buffer }>;
  /** `GET …/transactions/ID`. Throws 404 for another factor's. */
  readTransaction?(about: OnFactor & { transactionId: string }): Soon<Json>;
  /** `DELETE …/transactions/ID`, likewise. */
  cancelTransaction?(about: OnFactor & { transactionId: string }): Soon<void>;
  /** `GET …/qr/TOKEN`, without credentials: a PNG, or undefined for a wrong token. */
  qr?(about: OnFactor & { token: string }): Soon<Buffer | undefined>;
  /** After deleting a factor: deletes or frees what belongs to it. */
  removed?(
    about: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'> & { removeRecoveryEnrollment: boolean },
  ): Soon<void>;
  /** Whether `reset_factors` keeps this factor; may change `row` through `tx` for the next call. */
  staysAtReset?(about: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'>): Soon<boolean>;
  /** Additions to a catalog entry: links before `enroll`, and properties at its end. */
  catalog?(about: {
    emulator: EmulatorContext;
    person: Person;
    enrolled: readonly FactorRow[];
  }): Soon<{ links?: Json; rest?: Json }>;
  signIn?: SignIn;
};
