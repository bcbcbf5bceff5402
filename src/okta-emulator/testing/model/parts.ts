export const FIVE_MINUTES = 5 * 60_000;
export const TEN_MINUTES = 10 * 60_000;

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

const SENT = ['sms', 'call', 'email'] as const;
export type Sent = (typeof SENT)[number];
export const isSent = (kind: Kind): kind is Sent => (SENT as readonly Kind[]).includes(kind);

/** The factors of one phone. Classic has no FastPass. */
export const PHONE_FAMILY = ['push', 'codes', 'fastPass'] as const;

/** `seconds`: the shortest time between two codes to an address. `code`: the error before that time. */
export const gaps: Record<Sent, { seconds: number; code: string }> = {
  sms: { seconds: 30, code: 'E0000109' },
  call: { seconds: 30, code: 'E0000133' },
  email: { seconds: 5, code: 'E0000118' },
};

/** `until`: ms since 1970, or -1 if a newer code has replaced this one. */
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
  /** '' until an answer contains it. An activation can change it. */
  id: string;
  /** A phone number or an email address. */
  to: string;
  seconds: number;
  replace: boolean;
  /** Base32. Undefined if no answer has contained it. */
  secret: string | undefined;
  acceptedStep: number;
  out: Out[];
  /** When the enrollment of a push factor expires, in ms since 1970. */
  ends: number;
  pushes: Push[];
  answer: string | undefined;
  credential: string | undefined;
  /** Identity Engine adds an email factor automatically. */
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

export type Ask = { to: string | undefined; update: boolean; activate: boolean; seconds: number; answer: string };

export type Given = {
  none?: boolean;
  code?: string;
  /** The time step in which the phone showed the code, if the model does not know the secret. */
  seen?: number;
  answer?: string;
  challenge?: string;
  credential?: string;
  matching?: boolean;
  /** `tokenLifetimeSeconds` of an email challenge. */
  seconds?: number;
};

export type Expected = {
  status: number;
  code?: string;
  result?: string;
  shows?: Factor;
  /** Only this answer shows the factor's secret. */
  secret?: Factor;
  challenge?: { factor: Factor; purpose: Out['purpose']; until: number };
  sends?: { factor: Factor; purpose: Out['purpose']; until: number; replaces: boolean };
  push?: Push;
};

/** The functions return the required answer and update the model. `factor`: undefined for an unknown id. */
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
