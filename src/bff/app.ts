import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import cookie from '@fastify/cookie';
import { ApiError } from '#contract/errors.ts';
import { allEndpoints, endpointOf } from '#contract/all.ts';
import { type EndpointName, type Settings } from '#contract/endpoints.ts';
import type { PageProblem } from '#contract/page.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { AuditKeys } from './records/audit-log/keys.ts';
import type { AuditSink } from './records/audit-log/sink/sink.ts';
import { runCancellation } from './features/helpdesk/freezes/cancel-enrollments.ts';
import { reconcileOpenIntents } from './features/reconcile/reconcile.ts';
import { createTasks } from './platform/lifecycle/tasks.ts';
import { drainLimits, drainOnClose, type DrainLimits } from './platform/lifecycle/drain.ts';
import { endpointRows } from './endpoint-rows.ts';
import { createGuardFunctions } from './guard-functions.ts';
import { createProxies } from './platform/client/address.ts';
import { guardArrival } from './http/arrival.ts';
import { parseForms } from './http/forms.ts';
import { createCookies } from './http/cookies.ts';
import { noteArrival } from './http/request-scope.ts';
import { logRequests } from './http/request-log/request-log.ts';
import { openKinds, type RouteKind } from './http/policies.ts';
import { answerErrors } from './http/error-answers.ts';
import { sendAnswer } from './http/endpoints/send-answer.ts';
import { createLimiter, SIGN_IN_RATE } from './http/limit.ts';
import { createRunner } from './http/endpoints/run-endpoint.ts';
import { createOpenAnswers, socketLimits, socketOptions, type SocketLimits } from './http/sockets.ts';
import { answerMalformed, expectAnything, readableUrl } from './http/malformed-requests.ts';
import { recordUntrustedProxy } from './platform/client/untrusted-proxy.ts';
import { runPush } from './features/helpdesk/caller-verification/push-results.ts';
import { freezeLinkRoutes } from './features/helpdesk/freezes/freeze-link-route.ts';
import type { HelpdeskSettings } from './features/helpdesk/access/settings.ts';
import { noObserver, type Observer } from './platform/metrics/observer.ts';
import type { Mailer } from './records/notifications/outbox.ts';
import { answerPage, assetRoutes, pageRoutes, type Pages } from './http/pages/routes.ts';
import { wellKnownRoutes } from './http/pages/well-known.ts';
import { securityHeaders } from './http/pages/security-headers.ts';
import { isLoopback } from './platform/env/loopback.ts';
import { createOutages, type Outages } from './platform/lifecycle/outages.ts';
import { createHealth, healthRoutes } from './platform/lifecycle/health.ts';
import type { MessageLimits } from './identity/step-up/message-settings.ts';
import { createServices } from './services.ts';
import { createAttempts } from './features/sign-in/attempts.ts';
import type { Provider } from './features/sign-in/provider.ts';
import { logoutRoute } from './features/sign-in/logout-route.ts';
import type { UniversalLogout } from './features/sign-in/logout-settings.ts';
import { signInRoutes } from './features/sign-in/routes.ts';
import { signOutRoute } from './features/sign-in/sign-out-route.ts';
import { followReset } from './platform/store/follow-reset.ts';
import type { Store } from './platform/store/open.ts';
import { assertStoreWritable } from './platform/store/write-check.ts';
import type { Sealer } from './platform/store/secrets.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which policy guards the route: a contract endpoint's, or that of one kind of open route. */
    policy?: RouteKind;
    /** A plain form sends it, from this page: it needs the session's form token. */
    form?: string;
  }
}

export type AppOptions = {
  baseUrl: string;
  settings: Settings;
  /** Number of wrong codes in a row that lock an account at Okta. */
  lockout: number;
  trustedProxies: string[];
  rateLimits: boolean;
  /** Who sends it reads why the portal is degraded; default: nobody does. */
  metricsToken?: string | null;
  /** Of this portal's secrets, for the same. Default: none. */
  fingerprint?: string | null;
  /** Sign-ins that may start per minute and network; the other network limits follow from it. Default 1200. */
  signInRate?: number;
  /** Default: `drainLimits`. */
  drain?: DrainLimits;
  clock: Clock;
  store: Store;
  sealer: Sealer;
  /** Keys that sign the audit log's head, newest first. */
  auditKeys: AuditKeys;
  okta: OktaClient;
  provider: Provider;
  mailer: Mailer | null;
  /** Where audit rows are sent; null or absent: nowhere. */
  auditSink?: AuditSink | null;
  /** Each audit row is also a line of the log. */
  auditLogLines?: boolean;
  /** Who may end people's sessions by a signed request; null or absent: nobody. */
  universalLogout?: UniversalLogout | null;
  /** Who receives alarms by email; default: nobody. */
  alarmEmail?: readonly string[];
  /** Messages allowed in 24 hours; default `standardMessageLimits`. */
  messageLimits?: MessageLimits;
  /** Null: no helpdesk, and no helpdesk endpoints. */
  helpdesk: HelpdeskSettings | null;
  pages: Pages | null;
  /** Default: its own, in the logger. */
  outages?: Outages;
  /** Counts what happens; default: nobody does. */
  observer?: Observer;
  /** Default: `socketLimits`. */
  sockets?: Partial<SocketLimits>;
  development?: boolean;
  logger?: FastifyBaseLogger;
  /** How long a call to Okta may outlive this process, in milliseconds; 0 where the emulator ends with the process. */
  reconcileGraceMs: number;
  pause?: (ms: number) => Promise<void>;
};

export type App = Awaited<ReturnType<typeof buildApp>>;

const BODY_LIMIT = 16 * 1024;

/** An endpoint's path as the router writes it. */
const urlOf = (name: EndpointName) => endpointOf(name).path.replace(/\{(\w+)\}/g, ':$1');

/** Builds the backend-for-frontend. It does not listen: src/server.ts does that, and tests inject requests. */
export async function buildApp(options: AppOptions) {
  const { baseUrl, clock, store, okta, sealer, provider, pages, observer = noObserver } = options;
  const { origin, protocol, hostname } = new URL(baseUrl);
  const sockets = { ...socketLimits, ...options.sockets };
  // A browser that was told so on localhost would refuse every other program there for two years.
  const hsts = protocol === 'https:' && !isLoopback(hostname);
  const openAnswers = createOpenAnswers();
  const fastify: FastifyInstance = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // As long as a request's head may be: the portal itself then refuses an over-long id, in its own error format.
    routerOptions: { maxParamLength: BODY_LIMIT, ignoreTrailingSlash: false },
    requestTimeout: sockets.requestMs,
    connectionTimeout: sockets.idleMs,
    forceCloseConnections: 'idle',
    http: socketOptions(sockets),
    return503OnClosing: false,
    rewriteUrl: readableUrl,
    clientErrorHandler: answerMalformed(hsts, openAnswers),
  });

  expectAnything(fastify.server);
  fastify.server.maxConnections = sockets.connections;
  const outages = options.outages ?? createOutages(fastify.log, clock);
  const health = createHealth(okta, () => assertStoreWritable(store), outages);
  const drain = drainOnClose(fastify, options.drain ?? drainLimits);

  const services = createServices(options, outages.background);
  const cookies = createCookies(baseUrl);
  fastify.addHook('onClose', async () => {
    await services.refusals.close();
    await services.outbox.close();
    await services.auditDelivery?.close();
  });

  // The program must not start with an unguarded route.
  const routes: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => void routes.push(route));
  fastify.addHook('onReady', async () => {
    const isGuarded = (policy = '') =>
      Object.hasOwn(endpointRows, policy) || (openKinds as readonly string[]).includes(policy);
    const bare = routes
      .filter(({ config }) => !isGuarded(config?.policy))
      .map(({ method, url }) => `${String(method)} ${url}`);
    if (bare.length) throw new Error(`no policy guards ${bare.join(', ')}`);
  });

  openAnswers.limit(fastify);
  logRequests(fastify, observer.request);
  noteArrival(fastify, clock);
  fastify.decorateRequest('session', null);
  fastify.decorateRequest('actor', null as never);
  securityHeaders(fastify, {
    hsts,
    development: options.development ?? false,
    orgOrigin: provider.origin,
  });
  await fastify.register(cookie);
  const limiter = options.rateLimits ? createLimiter(clock, options.signInRate ?? SIGN_IN_RATE) : null;
  guardArrival(fastify, {
    services,
    policies: endpointRows,
    cookies,
    origin,
    proxies: createProxies(options.trustedProxies),
    limiter,
    clock,
    build: pages?.build ?? null,
    recordUntrusted: (peer) => recordUntrustedProxy(store, clock, peer),
  });

  fastify.removeAllContentTypeParsers();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parseJson(request, body as string, done);
    },
  );

  const run = createRunner(services, cookies, endpointRows, createGuardFunctions(services));
  const page = (request: FastifyRequest, reply: FastifyReply, problem?: PageProblem) => {
    if (!pages) throw problem?.kind === 'error' ? problem.error : new ApiError('bad_request');
    return answerPage({ services, pages, run, cookies, health }, request, reply, problem);
  };

  answerErrors(fastify, { clock, cookies, outages, page: pages ? page : null });
  fastify.setNotFoundHandler(async () => {
    throw new ApiError('not_found');
  });

  const deps = { services, cookies, provider, sealer };
  const names = Object.keys(allEndpoints) as EndpointName[];
  for (const name of names) {
    const endpoint = endpointOf(name);
    const { method } = endpoint;
    fastify.route({
      method,
      url: urlOf(name),
      config: { policy: name },
      async handler(request, reply) {
        const raw = { params: request.params, query: request.query, body: request.body };
        const answer = await run(name, request, reply, raw);
        return sendAnswer(reply, endpoint, answer, { query: raw.query, now: services.clock.now() });
      },
    });
  }
  await fastify.register(async (scope) => {
    parseForms(scope);
    for (const name of names) {
      const form = endpointRows[name]?.form;
      if (form)
        scope.post(form.path, { config: { policy: name, form: form.page } }, async (request, reply) => {
          await run(name, request, reply, { params: {}, query: {}, body: undefined });
          return reply.redirect(form.next, 303);
        });
    }
  });
  if (services.helpdesk) await freezeLinkRoutes(fastify, services, cookies);
  await signOutRoute(fastify, deps);
  await signInRoutes(fastify, { ...deps, limiter, attempts: createAttempts(store, clock, sealer), problemPage: page });
  if (options.universalLogout)
    logoutRoute(fastify, { services, store, okta, limiter, settings: options.universalLogout });

  wellKnownRoutes(fastify, services);
  const { metricsToken: token = null, fingerprint = null } = options;
  healthRoutes(fastify, { health, isEnding: drain.isEnding, token, fingerprint });
  if (pages) {
    if (pages.assets) await assetRoutes(fastify, pages.assets);
    pageRoutes(fastify, { services, pages, run, cookies, health });
  }

  /** Demo and tests: the emulator was reset. Deletes what mirrors its state; keeps sessions and the audit log. */
  const reset = async () => {
    await followReset(store, clock.now());
    services.users.forget();
    services.helpdesk?.forget();
    services.factorsOf.forget();
    services.polls.forget();
  };
  const tasks = createTasks(
    { store, clock },
    {
      cancel: runCancellation(services),
      revoke: services.helpdeskServices.resets.runRevocation,
      push: runPush(services),
    },
  );
  const reconcile = async () => {
    await services.sessions.endPending();
    const reconciled = await reconcileOpenIntents(services, options.reconcileGraceMs);
    await tasks.run();
    return reconciled;
  };
  const { probe, degradations } = health;
  return { fastify, services, store, reset, probe, degradations, reconcile, tasks, announceEnd: drain.announce };
}
