import type { allEndpoints } from './all.ts';
import type { In, Out, ParamsIn, ReplyTo, Route, TakenIn } from './endpoint.ts';
import type { enrollBody } from './kinds.ts';
import type { endpoints } from './person-endpoints.ts';
import type * as replies from './replies.ts';
import type * as schemas from './schemas.ts';

export type Home = Out<typeof replies.home>;
export type NamedMethod = Out<typeof replies.namedMethod>;
export type Factor = Out<typeof replies.factor>;
export type SupportedFactor = Out<typeof replies.supportedFactor>;
export type FactorDetail = Out<typeof replies.factorDetail>;
export type NewPhone = Out<typeof replies.newPhone>;
export type Removal = Out<typeof replies.removal>;
export type SessionView = Out<typeof replies.sessionView>;
export type SessionListed = Out<typeof replies.sessionListed>;
export type Settings = Out<typeof replies.settings>;
export type Enrolled = Out<typeof replies.enrolled>;
export type Activation = NonNullable<Enrolled['activation']>;
export type ActivationPoll = Out<typeof replies.activationPoll>;
export type Sent = Out<typeof replies.sent>;
export type Verified = Out<typeof replies.verified>;
export type Transaction = Out<typeof replies.transaction>;
export type SecurityQuestion = Out<typeof replies.questionList>['questions'][number];
export type ActivateBody = In<typeof schemas.activateBody>;
export type EnrollBody = In<typeof enrollBody>;
export type VerifyBody = In<typeof schemas.verifyBody>;

export type PersonEndpointName = keyof typeof endpoints;
type All = typeof allEndpoints;
export type EndpointName = keyof All;
export type EndpointReply<N extends EndpointName> = ReplyTo<All[N]>;
export type EndpointBody<N extends EndpointName> = TakenIn<All[N], 'body'>;
export type EndpointQuery<N extends EndpointName> = TakenIn<All[N], 'query'>;
export type EndpointParams<N extends EndpointName> = ParamsIn<All[N]>;

/** The field with the session's form token, in every form that works without a script. */
export const formTokenField = 'formToken';

/** Addresses to which the browser navigates or posts a form. */
export const addresses = {
  signOut: '/auth/sign-out',
  freezeMyself: '/forms/stolen-phone/freeze',
  stolenPhone: '/stolen-phone',
  frozen: '/frozen',
  signedOut: '/signed-out',
  logo: '/brand-logo',
  signIn: (returnTo: string) => `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
  /** Ends all other sessions, for a person who has the maximum number of sessions. */
  signInAlone: (returnTo: string) => `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}&others=end`,
  stepUp: (purpose: string, returnTo: string) =>
    `/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=${encodeURIComponent(returnTo)}`,
} as const;

/**
 * Returns the path and query of a page, or `/` for any other address. Resolves the address as browsers do and compares
 * its origin, so that no spelling of another site passes.
 */
export function ownPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 2000 || !wanted.startsWith('/')) return '/';
  // Browsers drop tabs and newlines and read a backslash as a slash. No portal path contains these, encoded or not.
  if (/[\p{Cc}\\\s]|^\/{2}/u.test(wanted)) return '/';
  const path = wanted.split(/[?#]/, 1)[0]!;
  if (/%(?:0[0-9a-f]|1[0-9a-f]|5c|2f|25)/i.test(path)) return '/';
  const base = 'https://latchkey.invalid';
  const url = URL.parse(wanted, base);
  if (!url || url.origin !== base || url.pathname.startsWith('//')) return '/';
  return /^\/(?:auth|api|forms)(?:\/|$)/.test(url.pathname) ? '/' : url.pathname + url.search;
}

/**
 * Every API answer has `time`: the server's time in ms since 1970. Every unsafe request has `guard: 1`. A refetch by a
 * timer or on focus has `poll: 1`, and does not keep a session alive.
 */
export const headers = {
  guard: 'x-latchkey',
  poll: 'x-latchkey-poll',
  build: 'x-latchkey-build',
  time: 'x-latchkey-time',
  idempotencyKey: 'idempotency-key',
} as const;

export function fillPath<N extends EndpointName>(
  { path }: Pick<Route, 'path'>,
  params: EndpointParams<N>,
  query?: EndpointQuery<N>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent((params as Record<string, string>)[key] ?? ''),
  );
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query as Record<string, string>).toString()}`;
}
