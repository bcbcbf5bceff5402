export const FIVE_MINUTES = 5 * 60_000;
export const TEN_MINUTES = 10 * 60_000;

/** What a person can have, by the names of this model, as the wire names it. */
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

/** Kinds whose codes are sent. */
const SENT = ['sms', 'call', 'email'] as const;
export type Sent = (typeof SENT)[number];
export const isSent = (kind: Kind): kind is Sent => (SENT as readonly Kind[]).includes(kind);

/** What Okta Verify on one phone consists of; Classic has no FastPass. */
export const PHONE_FAMILY = ['push', 'codes', 'fastPass'] as const;

/** How long an address waits for its next code, and what a call before that is told (fact sheet §10.2). */
export const gaps: Record<Sent, { seconds: number; code: string }> = {
  sms: { seconds: 30, code: 'E0000109' },
  call: { seconds: 30, code: 'E0000133' },
  email: { seconds: 5, code: 'E0000118' },
};

/**
 * A code or challenge that went out. One whose `until` is past is worth nothing; -1 once a newer one took its place.
 */
export type Out = { value: string; purpose: 'activate' | 'verify'; until: number; used: boolean };

/** `id` and `number` are told by the org's answer. */
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
  /** Empty until the org has told it: at first, and again when activation gives a new one. */
  id: string;
  /** A number or address. */
  to: string;
  seconds: number;
  replace: boolean;
  /** Base32; undefined for one that no answer has shown. */
  secret: string | undefined;
  acceptedStep: number;
  out: Out[];
  /** When the start of a push factor ends. */
  ends: number;
  pushes: Push[];
  answer: string | undefined;
  credential: string | undefined;
  /** Identity Engine's own email factor. */
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
  /** Messages with a code. */
  sent: number;
};

/** What an enrollment asks for. */
export type Ask = { to: string | undefined; update: boolean; activate: boolean; seconds: number; answer: string };

/** What is presented as a proof; `none` for a call that brings nothing. */
export type Given = {
  none?: boolean;
  code?: string;
  /** The step at which the phone that holds a secret nobody was shown displayed the code. */
  seen?: number;
  answer?: string;
  challenge?: string;
  credential?: string;
  /** Asks for number matching. */
  matching?: boolean;
  /** `tokenLifetimeSeconds` of a challenge by mail. */
  seconds?: number;
};

/** What the org must answer, and what its answer tells. */
export type Expected = {
  status: number;
  /** Okta's error code. */
  code?: string;
  /** `factorResult`. */
  result?: string;
  /** The factor that the answer is. */
  shows?: Factor;
  /** Whose secret the answer shows, this once. */
  secret?: Factor;
  challenge?: { factor: Factor; purpose: Out['purpose']; until: number };
  /** Somebody gets a code. */
  sends?: { factor: Factor; purpose: Out['purpose']; until: number; replaces: boolean };
  push?: Push;
};

/**
 * Each gives what the org must answer to a call, and is afterwards as the org must be. `factor` is undefined for an id
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
