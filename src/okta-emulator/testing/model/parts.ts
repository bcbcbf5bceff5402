export const FIVE_MINUTES = 5 * 60_000;
export const TEN_MINUTES = 10 * 60_000;

/** Okta's type and provider of each kind of factor, under the model's name of the kind. */
export const kinds = {
  app: ['token:software:totp', 'GOOGLE'],
  codes: ['token:software:totp', 'OKTA'],
  push: ['push', 'OKTA'],
  fastPass: ['signed_nonce', 'OKTA'],
  sms: ['sms', 'OKTA'],
  call: ['call', 'OKTA'],
  email: ['email', 'OKTA'],
  question: ['question', 'OKTA'],
  key: ['webauthn', 'FIDO'],
} as const;

export type Kind = keyof typeof kinds;

/** The kinds for which Okta sends codes. */
const SENT = ['sms', 'call', 'email'] as const;
export type Sent = (typeof SENT)[number];
export const isSent = (kind: Kind): kind is Sent => (SENT as readonly Kind[]).includes(kind);

/** The factors of Okta Verify on one phone; Classic has no FastPass. */
export const PHONE_FAMILY = ['push', 'codes', 'fastPass'] as const;

/** `seconds`: the shortest time between two codes to an address. `code`: the error of a request before that time. */
export const gaps: Record<Sent, { seconds: number; code: string }> = {
  sms: { seconds: 30, code: 'E0000109' },
  call: { seconds: 30, code: 'E0000133' },
  email: { seconds: 5, code: 'E0000118' },
};

/** A sent code or challenge. `until`: when it expires, in ms since 1970; -1 after a newer one has replaced it. */
export type Out = { value: string; purpose: 'activate' | 'verify'; until: number; used: boolean };

/** A push. `id` and `number` come from the emulator's answer. */
export type Push = {
  id: string;
  status: 'WAITING' | 'SUCCESS' | 'REJECTED' | 'CANCELLED';
  matching: boolean;
  number: number | null;
  until: number;
};

export type Factor = {
  kind: Kind;
  status: 'PENDING_ACTIVATION' | 'ACTIVE';
  /** The id; '' until an answer contains it. An activation can change the id. */
  id: string;
  /** A phone number or an email address. */
  to: string;
  seconds: number;
  replace: boolean;
  /** The secret in base32; undefined if no answer has contained it. */
  secret: string | undefined;
  acceptedStep: number;
  out: Out[];
  /** When the enrollment of a push factor expires, in ms since 1970. */
  ends: number;
  pushes: Push[];
  answer: string | undefined;
  credential: string | undefined;
  /** Whether this is the email factor that Identity Engine adds automatically. */
  automatic: boolean;
  outlived: boolean;
};

export const blank = (kind: Kind): Factor => ({
  kind,
  status: 'PENDING_ACTIVATION',
  id: '',
  to: '',
  seconds: 300,
  replace: false,
  secret: undefined,
  acceptedStep: -1,
  out: [],
  ends: 0,
  pushes: [],
  answer: undefined,
  credential: undefined,
  automatic: false,
  outlived: false,
});

export type Person = {
  email: string;
  second: string | null;
  locked: boolean;
  misses: number;
  missedAt: number;
  tries: number[];
  resends: number[];
  phones: { channel: Kind; to: string }[];
  factors: Factor[];
  /** How many messages with a code were sent. */
  sent: number;
};

/** The input of an enrollment. */
export type Ask = { to: string | undefined; update: boolean; activate: boolean; seconds: number; answer: string };

/** The answer that a call contains. `none`: the call contains no answer. */
export type Given = {
  none?: boolean;
  code?: string;
  /** The time step in which the phone showed the code. Only given if the model does not know the secret. */
  seen?: number;
  answer?: string;
  challenge?: string;
  credential?: string;
  /** Whether the call requests number matching. */
  matching?: boolean;
  /** `tokenLifetimeSeconds` of an email challenge. */
  seconds?: number;
};

/** What the emulator must answer, and what the model learns from the answer. */
export type Expected = {
  status: number;
  /** Okta's error code. */
  code?: string;
  /** The answer's `factorResult`. */
  result?: string;
  /** The factor in the answer. */
  shows?: Factor;
  /** The factor whose secret only this answer shows. */
  secret?: Factor;
  challenge?: { factor: Factor; purpose: Out['purpose']; until: number };
  /** The code that the emulator must send. */
  sends?: { factor: Factor; purpose: Out['purpose']; until: number; replaces: boolean };
  push?: Push;
};

/**
 * Each function returns the required answer to a call, and updates the model's state. `factor` is undefined if the call
 * has an id that none of the person's factors has.
 */
export type Machine = {
  people: Person[];
  enroll(me: Person, kind: Kind, ask: Ask, now: number): Expected;
  activate(me: Person, factor: Factor | undefined, given: Given, now: number): Expected;
  resend(me: Person, factor: Factor | undefined, now: number): Expected;
  verify(me: Person, factor: Factor | undefined, given: Given, now: number): Expected;
  poll(me: Person, factor: Factor | undefined, now: number): Expected;
  phone(me: Person, answer: 'enroll' | 'approve' | 'deny', number: number | undefined, now: number): Expected;
  transaction(me: Person, factor: Factor | undefined, push: Push | undefined, cancel: boolean, now: number): Expected;
  change(me: Person, factor: Factor | undefined, answer: string): Expected;
  remove(me: Person, factor: Factor | undefined, recovery: boolean): Expected;
  reset(me: Person, recovery: boolean): Expected;
  unlock(me: Person): Expected;
};
