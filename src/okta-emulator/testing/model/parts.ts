export const FIVE_MINUTES = 5 * 60_000;
export const TEN_MINUTES = 10 * 60_000;

/** The kinds of factor by the model's names, as on the wire. */
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

/** Kinds with sent codes. */
const SENT = ['sms', 'call', 'email'] as const;
export type Sent = (typeof SENT)[number];
export const isSent = (kind: Kind): kind is Sent => (SENT as readonly Kind[]).includes(kind);

/** The factors of Okta Verify on one phone; Classic has no FastPass. */
export const PHONE_FAMILY = ['push', 'codes', 'fastPass'] as const;

/** How long an address waits for its next code, and the error before. */
export const gaps: Record<Sent, { seconds: number; code: string }> = {
  sms: { seconds: 30, code: 'E0000109' },
  call: { seconds: 30, code: 'E0000133' },
  email: { seconds: 5, code: 'E0000118' },
};

/** A sent code or challenge. It is invalid after `until`; -1 once a newer one replaced it. */
export type Out = { value: string; purpose: 'activate' | 'verify'; until: number; used: boolean };

/** `id` and `number` come from the emulator's answer. */
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
  /** Empty until an answer gives it: at first, and when activation changes it. */
  id: string;
  /** A number or an email address. */
  to: string;
  seconds: number;
  replace: boolean;
  /** Base32; undefined when no answer has shown it. */
  secret: string | undefined;
  acceptedStep: number;
  out: Out[];
  /** When the enrollment of a push factor expires. */
  ends: number;
  pushes: Push[];
  answer: string | undefined;
  credential: string | undefined;
  /** The automatic email factor of Identity Engine. */
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

/** The answer that a call brings; `none` for a call without one. */
export type Given = {
  none?: boolean;
  code?: string;
  /** The step at which the phone showed the code, when no answer has shown its secret. */
  seen?: number;
  answer?: string;
  challenge?: string;
  credential?: string;
  /** Requests number matching. */
  matching?: boolean;
  /** `tokenLifetimeSeconds` of an email challenge. */
  seconds?: number;
};

/** What the emulator must answer, and what the model learns from it. */
export type Expected = {
  status: number;
  /** Okta's error code. */
  code?: string;
  /** `factorResult`. */
  result?: string;
  /** The factor in the answer. */
  shows?: Factor;
  /** The factor whose secret this answer, and no other, shows. */
  secret?: Factor;
  challenge?: { factor: Factor; purpose: Out['purpose']; until: number };
  /** The code that is sent. */
  sends?: { factor: Factor; purpose: Out['purpose']; until: number; replaces: boolean };
  push?: Push;
};

/**
 * Each function gives the required answer to a call, and then has the required state. `factor` is undefined for an id
 * that is not the person's.
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
