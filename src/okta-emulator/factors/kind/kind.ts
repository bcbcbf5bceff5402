import type { Kysely } from 'kysely';
import type { EmulatorContext, Engine } from '../../context/context.ts';
import type { FactorRow, Person, Tables } from '../../store/schema.ts';

/** A JSON object in a request or an answer. */
export type Json = Record<string, unknown>;

/** A hook may be async. Its transaction stays open until the hook ends, and all other work on the store waits. */
export type Soon<T> = T | Promise<T>;

/** A request's input, except person and factor. */
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
 * The input of every hook. A hook runs inside a transaction on the only connection, so it must use `tx`: a query on the
 * emulator's `db` would wait for ever. An error rolls the transaction back.
 */
export type About = Call & {
  emulator: Omit<EmulatorContext, 'db'>;
  tx: Kysely<Tables>;
  person: Person;
  /** Milliseconds since the epoch. */
  now: number;
};

export type EnrollContext = About & {
  /** The new factor's id while it is pending: the id of the pending factor that it replaces, if there is one. */
  id: string;
  /** The pending factor that the new factor replaces. */
  pending: FactorRow | undefined;
  /** Returns a URL below the factor's own URL, such as `…/factors/ID/qr/TOKEN`. */
  below(path: string): string;
};

/** A sent code or a challenge that waits for its answer. */
export type Remembered = {
  /** The expected answer. */
  secret: Buffer;
  lifetimeSeconds: number;
  /** Whether it makes earlier codes or challenges for the same purpose invalid. */
  replaces: boolean;
};

/** A new factor's data, or why it is refused: `cause` is Okta's text (E0000001). */
export type Enrolled =
  | { cause: string }
  | {
      cause?: undefined;
      status: FactorRow['status'];
      /** `profile` in Okta's format; null omits the property. */
      profile: Json | null;
      secret: Buffer | null;
      /** The kind's private data about the factor. */
      data?: Json;
      /** Only if it differs from the provider's name. */
      vendorName?: string;
      /** The sent code or the challenge for the activation. */
      remember?: Remembered;
      /** `_embedded.activation`, which only the answer to the enrollment contains. */
      activation?: Json;
    };

/** The input of a hook for an existing factor. */
export type OnFactor = About & {
  row: FactorRow;
  /** The factor's secret, decoded. */
  secret: Buffer | null;
  /** Returns a URL below the factor's own URL. */
  below(path: string): string;
  /** Returns the factor in Okta's format. */
  present(row: FactorRow, activation?: Json): Json;
};

export type VerifyContext = OnFactor & {
  /** Unexpired codes and challenges for this purpose, newest first. `used`: already accepted. */
  outstanding: readonly { secret: Buffer; used: boolean }[];
};

/**
 * The result of a verification. `right`: may change the factor, may add to the answer, and marks all codes and
 * challenges for this purpose as used. `consumed`: a right code that was already used. `wrong`: with Okta's reason.
 * `answered`: the kind's own answer, without a verification.
 */
export type Verdict =
  | { outcome: 'right'; acceptedStep?: number | null; profile?: Json; secret?: Buffer; data?: Json; answer?: Json }
  | { outcome: 'wrong'; cause: string }
  | { outcome: 'consumed' }
  | { outcome: 'answered'; answer: Json };

/** The answer to a verification request without a code: the challenge. */
export type Challenged = {
  remember?: Remembered;
  answer: Json;
  /** 201 for a push, as at Okta; 200 for other challenges. */
  status?: 200 | 201;
};

/** Links of a factor besides `self` and `user`, in Okta's order. */
export type LinkName = 'resend' | 'activate' | 'poll' | 'verify' | 'questions';

/** How a factor of this kind is verified at the emulator's sign-in page. */
export type SignIn = {
  /** A code from an app or token; a sent code; an answer; a push; a key's signature. */
  kind: 'code' | 'sent' | 'answer' | 'push' | 'key';
  /** The value in `amr`; if RFC 8176 has a value, that value. */
  amr: 'otp' | 'sms' | 'tel' | 'email' | 'kba' | 'swk' | 'hwk';
  /** Returns the sign-in page's name for the factor with this `profile`. */
  title(profile: Json): string;
};

/**
 * One kind of factor: a folder here and an entry in the registry. If a kind lacks a hook, the hook's call is answered
 * like an unknown path.
 */
export type Kind = {
  factorType: string;
  provider: string;
  /** True if Okta does not publish this type: enrolling the kind is refused as invalid. */
  unpublished?: true;
  /** The first three characters of an id of this kind. */
  idPrefix: string;
  /** The prefix of the id while pending, if activation changes the id. */
  pendingPrefix?: string;
  /** Whether a person may have several factors of this kind on this engine; by default only one. */
  several?(engine: Engine): boolean;
  /** The engines whose catalog offers this kind; empty if this API cannot enroll it. */
  offeredBy: readonly Engine[];
  /** True for email factors, which have neither `created` nor `lastUpdated`. */
  undated?: boolean;
  /** Whether an active factor has `lastVerified`. */
  showsLastVerified?: boolean;
  links: Record<FactorRow['status'], readonly LinkName[]>;
  /**
   * The properties of the body that contain an answer. A verification without any of them requests a challenge, if the
   * kind has the hook `challenge`.
   */
  answerFields: readonly string[];
  /** Marks the challenge as used before the answer is checked, whatever the result. */
  answersOnce?: boolean;
  /** Whether `…/factors/FACTOR_TYPE/verify` means all active factors of the person. */
  verifiedByType?: boolean;
  /** Returns the other kinds that are deleted together with this kind. */
  removesAlong?(engine: Engine): readonly string[];
  enroll?(input: EnrollContext): Soon<Enrolled>;
  activate?(input: VerifyContext): Soon<Verdict>;
  /** Runs after a right activation has been stored, for the further effects of a first activation. */
  activated?(input: OnFactor): Soon<void>;
  /** `lifecycle/activate/poll`: stores changes since the last poll, and returns the answer. */
  pollActivation?(input: OnFactor): Soon<Json>;
  /** `lifecycle/activate/sms` and `/email`: sends the link, and returns the answer. */
  sendLink?(input: OnFactor & { channel: 'sms' | 'email' }): Soon<Json>;
  /** Resends the code for a pending factor. The resend was already counted. */
  resend?(input: OnFactor): Soon<Remembered>;
  /** `rows`: all factors that the path names, including this one. Only with `verifiedByType`, there are several. */
  challenge?(input: OnFactor & { rows: readonly FactorRow[] }): Soon<Challenged>;
  verify?(input: VerifyContext): Soon<Verdict>;
  /** `PUT …/factors/ID`: returns the changes. */
  change?(input: OnFactor): Soon<{ cause: string } | { cause?: undefined; profile: Json; secret: Buffer }>;
  /** `GET …/transactions/ID`. Throws 404 for another factor's transaction. */
  readTransaction?(input: OnFactor & { transactionId: string }): Soon<Json>;
  /** `DELETE …/transactions/ID`. Throws 404 for another factor's transaction. */
  cancelTransaction?(input: OnFactor & { transactionId: string }): Soon<void>;
  /** `GET …/qr/TOKEN`, without credentials. Returns a PNG, or undefined for a wrong token. */
  qr?(input: OnFactor & { token: string }): Soon<Buffer | undefined>;
  /** Runs after a factor was deleted: deletes or frees data that belongs to it. */
  removed?(
    input: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'> & { removeRecoveryEnrollment: boolean },
  ): Soon<void>;
  /**
   * Whether `reset_factors` keeps this factor. The hook may change the stored `row` through `tx`, so that its next
   * answer differs.
   */
  staysAtReset?(input: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'>): Soon<boolean>;
  /** Additions to an entry of the catalog: links before `enroll`, and properties at the end. */
  catalog?(input: {
    emulator: EmulatorContext;
    person: Person;
    enrolled: readonly FactorRow[];
  }): Soon<{ links?: Json; rest?: Json }>;
  signIn?: SignIn;
};
