import { endpoint } from './endpoint.ts';
import type { Endpoint, In, Out } from './endpoint.ts';
import type { auditQuery, searchQuery } from './helpdesk-schemas.ts';
import type { HelpdeskEndpoints } from './helpdesk.ts';
import type * as replies from './replies.ts';
import type * as schemas from './schemas.ts';

export type Home = Out<typeof replies.home>;
export type Factor = Out<typeof replies.factor>;
export type SupportedFactor = Out<typeof replies.supportedFactor>;
export type FactorDetail = Out<typeof replies.factorDetail>;
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
export type EnrollBody = In<typeof schemas.enrollBody>;
export type VerifyBody = In<typeof schemas.verifyBody>;

/**
 * The door between browser and BFF. Their schemas are in `schemas.ts` and `replies.ts`; the helpdesk's endpoints in
 * `helpdesk.ts`.
 */
export const endpoints = {
  getHome: endpoint<undefined, Home>()('GET', '/api/home'),
  listFactors: endpoint<undefined, Out<typeof replies.factorList>>()('GET', '/api/factors'),
  listSupportedFactors: endpoint<undefined, Out<typeof replies.catalog>>()('GET', '/api/factors/catalog'),
  getFactor: endpoint<undefined, FactorDetail>()('GET', '/api/factors/{factorId}'),
  listSecurityQuestions: endpoint<undefined, Out<typeof replies.questionList>>()('GET', '/api/factors/questions'),
  enrollFactor: endpoint<EnrollBody, Enrolled>()('POST', '/api/factors'),
  activateFactor: endpoint<ActivateBody, Out<typeof replies.activated>>()('POST', '/api/factors/{factorId}/activate'),
  resendFactor: endpoint<undefined, Sent>()('POST', '/api/factors/{factorId}/resend'),
  pollActivation: endpoint<undefined, ActivationPoll>()('POST', '/api/factors/{factorId}/activation/poll', {
    polls: true,
  }),
  /** The org's QR code as a PNG, from our own origin. */
  getActivationQr: endpoint<undefined, Uint8Array>()('GET', '/api/factors/{factorId}/activation/qr'),
  sendActivationLink: endpoint<In<typeof schemas.linkBody>, Sent>()('POST', '/api/factors/{factorId}/activation/link'),
  verifyFactor: endpoint<VerifyBody, Verified>()('POST', '/api/factors/{factorId}/verify', { renews: true }),
  /** Ends a push that was answered, and then renews the session: no reading. */
  pollTransaction: endpoint<undefined, Transaction>()(
    'POST',
    '/api/factors/{factorId}/transactions/{transactionId}/poll',
    { polls: true, renews: true },
  ),
  cancelTransaction: endpoint<undefined, undefined>()('DELETE', '/api/factors/{factorId}/transactions/{transactionId}'),
  nameFactor: endpoint<In<typeof schemas.nameBody>, Out<typeof replies.activated>>()(
    'PUT',
    '/api/factors/{factorId}/name',
  ),
  deleteFactor: endpoint<undefined, undefined>()('DELETE', '/api/factors/{factorId}'),
  getSession: endpoint<undefined, SessionView>()('GET', '/api/session'),
  listSessions: endpoint<undefined, Out<typeof replies.sessionList>>()('GET', '/api/sessions'),
  endSession: endpoint<undefined, undefined>()('DELETE', '/api/sessions/{id}'),
  endOtherSessions: endpoint<undefined, undefined>()('POST', '/api/sessions/end-others'),
} as const;

export type Endpoints = typeof endpoints;
/** Those of `endpoints` above: what every person's pages call. */
export type PersonEndpointName = keyof Endpoints;
/** The helpdesk's too; `all.ts` has them at run time. */
export type AllEndpoints = Endpoints & HelpdeskEndpoints;
export type EndpointName = keyof AllEndpoints;
export type ReplyOf<N extends EndpointName> = AllEndpoints[N] extends Endpoint<infer _, infer Reply> ? Reply : never;
export type BodyOf<N extends EndpointName> = AllEndpoints[N] extends Endpoint<infer Body, infer _> ? Body : never;
type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type ParamsOf<N extends EndpointName> = { [K in Names<AllEndpoints[N]['path']>]: string };

type Queries = {
  searchPeople: In<typeof searchQuery>;
  listAuditLog: In<typeof auditQuery>;
  exportAuditLogCsv: In<typeof auditQuery>;
  exportAuditLogJsonLines: In<typeof auditQuery>;
};
/** What an endpoint takes behind the question mark; nothing, unless it is named here. */
export type QueryOf<N extends EndpointName> = N extends keyof Queries ? Queries[N] : undefined;

/** Navigations, not calls: addresses the browser is sent to. `signOut` is a form's, answered by a redirect. */
export const addresses = {
  signOut: '/auth/sign-out',
  signIn: (returnTo: string) => `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
  stepUp: (purpose: string, returnTo: string) =>
    `/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=${encodeURIComponent(returnTo)}`,
} as const;

/**
 * Headers of ours. Every unsafe request carries `guard: 1`; refetches by timer or focus carry `poll: 1` and do not keep
 * a session alive.
 */
export const headers = {
  guard: 'x-latchkey',
  poll: 'x-latchkey-poll',
  build: 'x-latchkey-build',
  idempotencyKey: 'idempotency-key',
} as const;

/** Fills an endpoint's path, percent-encoded, with what it asks behind it. */
export function pathOf<N extends EndpointName>(
  { path }: AllEndpoints[N],
  params: ParamsOf<N>,
  query?: QueryOf<N>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent((params as Record<string, string>)[key] ?? ''),
  );
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query as Record<string, string>).toString()}`;
}
