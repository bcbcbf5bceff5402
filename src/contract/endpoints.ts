import type * as z from 'zod/mini';
import type * as schemas from './schemas.ts';

/** The door between browser and BFF: every endpoint's method and path; its shapes as types. Their schemas are in `schemas.ts`. */
export type Endpoint<Body = unknown, Reply = unknown, Path extends string = string> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` stands for a parameter. */
  readonly path: Path;
  /** Types only; never there at run time. */
  readonly shapes?: { body: Body; reply: Reply };
};

type In<T extends z.core.$ZodType> = z.input<T>;
type Out<T extends z.core.$ZodType> = z.output<T>;

export type Home = Out<typeof schemas.home>;
export type Factor = Out<typeof schemas.factor>;
export type SupportedFactor = Out<typeof schemas.supportedFactor>;
export type FactorDetail = Out<typeof schemas.factorDetail>;
export type Removal = Out<typeof schemas.removal>;
export type SessionView = Out<typeof schemas.sessionView>;
export type SessionListed = Out<typeof schemas.sessionListed>;
export type Settings = Out<typeof schemas.settings>;
export type Enrolled = Out<typeof schemas.enrolled>;
export type Verified = Out<typeof schemas.verified>;
export type EnrollBody = In<typeof schemas.enrollBody>;
export type VerifyBody = In<typeof schemas.verifyBody>;

const endpoint =
  <Body, Reply>() =>
  <Path extends string>(method: Endpoint['method'], path: Path): Endpoint<Body, Reply, Path> => ({ method, path });

export const endpoints = {
  getHome: endpoint<undefined, Home>()('GET', '/api/home'),
  listFactors: endpoint<undefined, Out<typeof schemas.factorList>>()('GET', '/api/factors'),
  listSupportedFactors: endpoint<undefined, Out<typeof schemas.catalog>>()('GET', '/api/factors/catalog'),
  getFactor: endpoint<undefined, FactorDetail>()('GET', '/api/factors/{factorId}'),
  enrollFactor: endpoint<EnrollBody, Enrolled>()('POST', '/api/factors'),
  activateFactor: endpoint<In<typeof schemas.activateBody>, Out<typeof schemas.activated>>()(
    'POST',
    '/api/factors/{factorId}/activate',
  ),
  verifyFactor: endpoint<VerifyBody, Verified>()('POST', '/api/factors/{factorId}/verify'),
  deleteFactor: endpoint<undefined, undefined>()('DELETE', '/api/factors/{factorId}'),
  getSession: endpoint<undefined, SessionView>()('GET', '/api/session'),
  listSessions: endpoint<undefined, Out<typeof schemas.sessionList>>()('GET', '/api/sessions'),
  endSession: endpoint<undefined, undefined>()('DELETE', '/api/sessions/{id}'),
  endOtherSessions: endpoint<undefined, undefined>()('POST', '/api/sessions/end-others'),
  signOut: endpoint<undefined, Out<typeof schemas.redirect>>()('POST', '/auth/sign-out'),
} as const;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
export type ReplyOf<N extends EndpointName> = Endpoints[N] extends Endpoint<infer _, infer Reply> ? Reply : never;
export type BodyOf<N extends EndpointName> = Endpoints[N] extends Endpoint<infer Body, infer _> ? Body : never;
type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type ParamsOf<N extends EndpointName> = { [K in Names<Endpoints[N]['path']>]: string };

/** Navigations, not calls: addresses the browser is sent to. */
export const addresses = {
  signIn: (returnTo: string) => `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
  prove: (purpose: string, returnTo: string) =>
    `/auth/prove?purpose=${encodeURIComponent(purpose)}&returnTo=${encodeURIComponent(returnTo)}`,
} as const;

/** Headers of ours. Every unsafe request carries `guard: 1`; refetches by timer or focus carry `poll: 1` and do not keep a session alive. */
export const headers = {
  guard: 'x-latchkey',
  poll: 'x-latchkey-poll',
  build: 'x-latchkey-build',
  idempotencyKey: 'idempotency-key',
} as const;

/** Fills a path's parameters, percent-encoded. */
export function pathOf<N extends EndpointName>(name: N, params: ParamsOf<N>): string {
  return endpoints[name].path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent((params as Record<string, string>)[key] ?? ''),
  );
}
