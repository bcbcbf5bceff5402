import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import { headers as ours, type EndpointName } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { Sessions } from '../identity/sessions/sessions.ts';
import type { Repeats } from './repeats.ts';
import type { Refusals } from '../records/audit-log/refusals.ts';
import type { Proxies } from '../platform/client/address.ts';
import type { Cookies } from './cookies.ts';
import { guardCsrf, guardForm } from './csrf.ts';
import type { FormTokens } from '../identity/sessions/form-token.ts';
import { assertFormToken } from './forms.ts';
import { createForwardingWarning, isForwarded } from './forwarding.ts';
import type { LimitKind, Limiter } from './limit.ts';
import { authenticate, hashOfCookie } from './admit.ts';
import type { EndpointPolicy, RouteKind } from './policies.ts';
import { assertHost } from './malformed-requests.ts';
import { runForRequest } from './request-scope.ts';

export type ArrivalOptions = {
  services: { formTokens: FormTokens; refusals: Refusals; repeats: Repeats; sessions: Sessions };
  policies: Record<EndpointName, EndpointPolicy>;
  cookies: Cookies;
  proxies: Proxies;
  /** Null: limits are off. */
  limiter: Limiter | null;
  origin: string;
  /** Null without pages. */
  build: string | null;
  clock: Pick<Clock, 'now'>;
  /** `peer`: forwards requests but is no trusted proxy. */
  recordUntrusted(peer: string): Promise<void>;
};

const getRouteKind = ({ routeOptions }: FastifyRequest) => routeOptions.config.policy;

function chooseLimitKind(
  policy: EndpointPolicy | null,
  kind: RouteKind | undefined,
  url: string | undefined,
): LimitKind | null {
  if (policy) return policy.limit === 'unhindered' ? null : policy.limit;
  if (kind === 'sign-in') return url === '/auth/callback' ? 'callback' : 'sign-in';
  if (kind === 'sign-out') return null;
  return kind === 'page' || kind === 'freeze' ? kind : 'read';
}

/** Returns an error if another site may have made the browser send the request. */
function forgeryIn(request: FastifyRequest, kind: RouteKind | undefined, origin: string): ApiError | null {
  const isForm = kind === 'freeze' || request.routeOptions.config.form !== undefined;
  // Okta's request is authenticated by a signature, not by a cookie that another site could use.
  if (kind === 'global-logout') return null;
  try {
    (isForm ? guardForm : guardCsrf)(request.method, request.headers, origin);
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function countRequest(
  limiter: Limiter | null,
  request: FastifyRequest,
  kind: RouteKind | undefined,
  policy: EndpointPolicy | null,
  hash: string | undefined,
): void {
  const { session, actor } = request;
  const limit = chooseLimitKind(policy, kind, request.routeOptions.url);
  if (session) {
    limiter?.alive(hash!);
    request.limitSession = () => limiter?.session(session, actor.address, 'change');
    if (policy && policy.limit !== 'unhindered') limiter?.person(session.user_id, policy.limit);
    else if (limit !== null) limiter?.session(session, actor.address, limit);
  } else limiter?.visitor(actor.address, limit ?? 'change');
}

async function refuse(refusals: Refusals, request: FastifyRequest, forgery: ApiError): Promise<never> {
  const what = `${request.method} ${getRouteKind(request) ?? '?'}: ${forgery.code}` as const;
  await refusals.record(request.actor, { event: 'access.refused', subject: null }, what);
  throw forgery;
}

/**
 * The order: the network's limit, the session, the person's limit, CSRF.
 * Without a valid session, a lower limit of the network replaces the person's.
 */
export function guardArrival(app: FastifyInstance, options: ArrivalOptions): void {
  const { services, policies, cookies, proxies, limiter, origin, build } = options;
  const warn = createForwardingWarning(app.log, options.recordUntrusted);

  const findPolicy = (kind: RouteKind | undefined): EndpointPolicy | null =>
    kind && Object.hasOwn(policies, kind) ? policies[kind as EndpointName] : null;

  /** A forged request does not extend the session. */
  async function meet(
    request: FastifyRequest,
    kind: RouteKind | undefined,
    { forged, hash }: { forged: boolean; hash: string | undefined },
  ): Promise<void> {
    const policy = findPolicy(kind);
    const activity = !forged && (policy?.activity ?? kind === 'page');
    const repeats = policy?.repeats !== undefined;
    // Not a change, so that a read need not wait for the connections that changes share.
    const find = () => authenticate(services, cookies, request, { activity, repeats }, hash);
    await runForRequest(request, { change: false }, find);
    countRequest(limiter, request, kind, policy, hash);
    // Sign-in and the freeze link look up the session themselves.
    if (policy !== null || kind === 'page' || kind === 'sign-out') return;
    request.session = null;
    request.actor = { ...request.actor, userId: null };
  }

  // The page sets its clock from this header, so it must have the time of the answer.
  app.addHook('onSend', async (request, reply) => {
    const kind = getRouteKind(request);
    if (findPolicy(kind) !== null) void reply.header(ours.time, options.clock.now());
  });

  app.addHook('onRequest', async (request, reply) => {
    const { headers, raw } = request;
    const kind = getRouteKind(request);
    const peer = raw.socket.remoteAddress ?? '';
    const address = proxies.findClient(peer, headers['x-forwarded-for']);
    request.actor = { userId: null, address, agent: headers['user-agent'] ?? '', requestId: request.id };
    void reply.header('x-request-id', request.id);
    if (build !== null) void reply.header(ours.build, build);
    if (kind !== 'asset') void reply.header('cache-control', 'no-store');

    const hash = hashOfCookie(cookies, request);
    // A sender that has disconnected has no address. It may have been a trusted proxy.
    const untrusted = peer !== '' && isForwarded(headers) && !proxies.trusts(peer);
    if (untrusted) warn(proxies.findClient(peer, undefined));
    if (kind === 'health') limiter?.probe(address, untrusted);
    else limiter?.arrival(address, hash);
    assertHost(raw);
    if (kind === 'health' || kind === 'asset') return undefined;
    if (kind === 'global-logout') return limiter?.visitor(address, kind);

    const forgery = forgeryIn(request, kind, origin);
    await meet(request, kind, { forged: forgery !== null, hash });
    if (forgery) await refuse(services.refusals, request, forgery);
    const policy = findPolicy(kind);
    if (policy && policy.who !== 'anyone' && !request.session) throw new ApiError('signed_out');
    return undefined;
  });

  // The token is in the body, which is parsed only before this hook.
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.config.form === undefined) return;
    try {
      assertFormToken(request, services.formTokens);
    } catch (error) {
      await refuse(services.refusals, request, error as ApiError);
    }
  });
}
