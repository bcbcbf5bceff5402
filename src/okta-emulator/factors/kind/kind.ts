import type { Kysely } from 'kysely';
import type { EmulatorContext, Engine } from '../../context/context.ts';
import type { FactorRow, Person, Tables } from '../../store/schema.ts';

export type Json = Record<string, unknown>;

/** The transaction stays open until the hook ends, and all other work on the store waits. */
export type Soon<T> = T | Promise<T>;

export type Call = {
  /** Not validated. */
  body: Json;
  query: {
    activate: boolean;
    updatePhone: boolean;
    templateId: string | undefined;
    /** 1 to 86400. Default: 300. */
    tokenLifetimeSeconds: number;
  };
  headers: { acceptLanguage: string | undefined; userAgent: string | undefined; forwardedFor: string | undefined };
};

/** A hook must use `tx`: it has the only connection, so a query on the emulator's `db` would wait for ever. */
export type About = Call & {
  emulator: Omit<EmulatorContext, 'db'>;
  tx: Kysely<Tables>;
  person: Person;
  /** Milliseconds since 1970. */
  now: number;
};

export type EnrollContext = About & {
  /** The id while the factor is pending. A factor that replaces a pending factor gets that factor's id. */
  id: string;
  pending: FactorRow | undefined;
  /** Returns a URL below the factor's own URL, such as `…/factors/ID/qr/TOKEN`. */
  below(path: string): string;
};

export type Remembered = {
  /** The expected answer. */
  secret: Buffer;
  lifetimeSeconds: number;
  /** Whether earlier codes or challenges for the same purpose become invalid. */
  replaces: boolean;
};

/** `cause`: Okta's text for a refusal (E0000001). */
export type Enrolled =
  | { cause: string }
  | {
      cause?: undefined;
      status: FactorRow['status'];
      /** Okta's `profile`. Null omits the property. */
      profile: Json | null;
      secret: Buffer | null;
      data?: Json;
      /** Only if it differs from the provider's name. */
      vendorName?: string;
      remember?: Remembered;
      /** Okta's `_embedded.activation`, which only the answer to the enrollment contains. */
      activation?: Json;
    };

export type OnFactor = About & {
  row: FactorRow;
  secret: Buffer | null;
  below(path: string): string;
  present(row: FactorRow, activation?: Json): Json;
};

export type VerifyContext = OnFactor & {
  /** Unexpired codes and challenges for this purpose, newest first. */
  outstanding: readonly { secret: Buffer; used: boolean }[];
};

/** `consumed`: a right code that was already used. `answered`: the kind's own answer, without a verification. */
export type Verdict =
  | { outcome: 'right'; acceptedStep?: number | null; profile?: Json; secret?: Buffer; data?: Json; answer?: Json }
  | { outcome: 'wrong'; cause: string }
  | { outcome: 'consumed' }
  | { outcome: 'answered'; answer: Json };

export type Challenged = {
  remember?: Remembered;
  answer: Json;
  /** As at Okta, 201 for a push. */
  status?: 200 | 201;
};

/** A factor's links besides `self` and `user`, in Okta's order. */
export type LinkName = 'resend' | 'activate' | 'poll' | 'verify' | 'questions';

export type SignIn = {
  kind: 'code' | 'sent' | 'answer' | 'push' | 'key';
  /** The value of RFC 8176 if there is one. */
  amr: 'otp' | 'sms' | 'tel' | 'email' | 'kba' | 'swk' | 'hwk';
  title(profile: Json): string;
};

/** If a kind lacks a hook, its call is answered like an unknown path. */
export type Kind = {
  factorType: string;
  provider: string;
  /** True if Okta does not publish this type. Enrolling it is refused as invalid. */
  unpublished?: true;
  idPrefix: string;
  /** Only if activation changes the id. */
  pendingPrefix?: string;
  /** Whether a person may have several factors of this kind. Default: one. */
  several?(engine: Engine): boolean;
  /** Empty if this API cannot enroll it. */
  offeredBy: readonly Engine[];
  /** True for email factors, which have neither `created` nor `lastUpdated`. */
  undated?: boolean;
  showsLastVerified?: boolean;
  links: Record<FactorRow['status'], readonly LinkName[]>;
  /** A verification without any of these properties requests a challenge, if the kind has that hook. */
  answerFields: readonly string[];
  /** The challenge becomes used before the answer is checked, whatever the result. */
  answersOnce?: boolean;
  /** Whether `…/factors/FACTOR_TYPE/verify` means all active factors of the person. */
  verifiedByType?: boolean;
  /** The other kinds that are deleted together with this kind. */
  removesAlong?(engine: Engine): readonly string[];
  enroll?(input: EnrollContext): Soon<Enrolled>;
  activate?(input: VerifyContext): Soon<Verdict>;
  /** Runs after a successful activation. */
  activated?(input: OnFactor): Soon<void>;
  /** `lifecycle/activate/poll`. */
  pollActivation?(input: OnFactor): Soon<Json>;
  sendLink?(input: OnFactor & { channel: 'sms' | 'email' }): Soon<Json>;
  /** The resend was already counted. */
  resend?(input: OnFactor): Soon<Remembered>;
  /** `rows`: all factors that the path names. Several only with `verifiedByType`. */
  challenge?(input: OnFactor & { rows: readonly FactorRow[] }): Soon<Challenged>;
  verify?(input: VerifyContext): Soon<Verdict>;
  change?(input: OnFactor): Soon<{ cause: string } | { cause?: undefined; profile: Json; secret: Buffer }>;
  /** Throws 404 for another factor's transaction. */
  readTransaction?(input: OnFactor & { transactionId: string }): Soon<Json>;
  /** Throws 404 for another factor's transaction. */
  cancelTransaction?(input: OnFactor & { transactionId: string }): Soon<void>;
  /** The request has no credentials. Returns a PNG, or undefined for a wrong token. */
  qr?(input: OnFactor & { token: string }): Soon<Buffer | undefined>;
  /** Runs when the factor was deleted. Deletes or frees the data that belongs to it. */
  removed?(
    input: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'> & { removeRecoveryEnrollment: boolean },
  ): Soon<void>;
  /** Whether `reset_factors` keeps this factor. May change the stored `row` through `tx`. */
  staysAtReset?(input: Pick<OnFactor, 'emulator' | 'tx' | 'person' | 'now' | 'row'>): Soon<boolean>;
  catalog?(input: {
    emulator: EmulatorContext;
    person: Person;
    enrolled: readonly FactorRow[];
  }): Soon<{ links?: Json; rest?: Json }>;
  signIn?: SignIn;
};
