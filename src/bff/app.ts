import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import cookie from '@fastify/cookie';
import { ApiError } from '#contract/errors.ts';
import { allEndpoints, getEndpoint } from '#contract/all.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { PageProblem } from '#contract/page.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { AuditKeys } from './records/audit-log/keys.ts';
import type { AuditSink } from './records/audit-log/sink/sink.ts';
import type { PortalSettings } from './config/config.ts';
import { runCancellation } from './features/helpdesk/freezes/cancel-enrollments.ts';
import { reconcileOpenIntents } from './features/reconcile/reconcile.ts';
import { createTasks } from './platform/lifecycle/tasks.ts';
import { drainOnClose, type DrainLimits } from './platform/lifecycle/drain.ts';
import { endpointRows } from './endpoint-rows.ts';
import { createGuardFunctions } from './guard-functions.ts';
import { createProxies } from './platform/client/address.ts';
import { guardArrival } from './http/arrival.ts';
import { parseForms } from './http/forms.ts';
import { createCookies, type Cookies } from './http/cookies.ts';
import { stampArrival } from './http/request-scope.ts';
import { logRequests } from './http/request-log/request-log.ts';
import { openKinds, type RouteKind } from './http/policies.ts';
import { answerErrors } from './http/error-answers.ts';
import { sendAnswer } from './http/endpoints/send-answer.ts';
import { createLimiter } from './http/limit.ts';
import { createRunner, type Runner } from './http/endpoints/run-endpoint.ts';
import { createOpenAnswers, socketOptions, type OpenAnswers, type SocketLimits } from './http/sockets.ts';
import { answerMalformed, expectAnything, readableUrl } from './http/malformed-requests.ts';
import { recordUntrustedProxy } from './platform/client/untrusted-proxy.ts';
import { runPush } from './features/helpdesk/caller-verification/push-results.ts';
import { searchInstead } from './features/helpdesk/search/link-to-person.ts';
import { freezeLinkRoutes } from './features/helpdesk/freezes/freeze-link-route.ts';
import type { HelpdeskSettings } from './features/helpdesk/access/settings.ts';
import type { Observer } from './platform/metrics/observer.ts';
import type { Mailer } from './records/notifications/outbox.ts';
import { createRequestLocale } from './http/request-locale.ts';
import { busyPage } from './http/pages/busy-page.ts';
import { logoRoute } from './http/pages/logo.ts';
import { answerPage, assetRoutes, pageRoutes, type Pages } from './http/pages/routes.ts';
import { wellKnownRoutes } from './http/pages/well-known.ts';
import { securityHeaders } from './http/pages/security-headers.ts';
import { isLoopback } from './platform/env/loopback.ts';
import type { Outages } from './platform/lifecycle/outages.ts';
import { createHealth, healthRoutes } from './platform/lifecycle/health.ts';
import { createServices, type Services } from './services.ts';
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
    policy?: RouteKind;
    /** Path of the page that has this route's HTML form. Requests of a form need the session's form token. */
    form?: string;
  }
}

export type AppOptions = {
  settings: PortalSettings;
  /** Null with a real org. */
  simulatorUrl: string | null;
  helpdesk: HelpdeskSettings | null;
  /** Whose signed requests may end people's sessions (Okta's Universal Logout). Null: nobody's. */
  universalLogout: UniversalLogout | null;
  /** Digest of this portal's secrets, shown to callers with the metrics token. Null in the demo. */
  fingerprint: string | null;
  clock: Clock;
  store: Store;
  sealer: Sealer;
  okta: OktaClient;
  /** How long a call to Okta may still run after the portal's process has ended. */
  reconcileGraceMs: number;
  provider: Provider;
  mailer: Mailer | null;
  /** Newest key first. */
  audit: { keys: AuditKeys; sink: AuditSink | null };
  pages: Pages | null;
  development: boolean;
  connections: { sockets: SocketLimits; drain: DrainLimits };
  monitoring: { logger: FastifyBaseLogger; outages: Outages; observer: Observer };
  pause: (ms: number) => Promise<void>;
};

export type App = Awaited<ReturnType<typeof buildApp>>;

const BODY_LIMIT = 16 * 1024;

const getRoutePath = (name: EndpointName) => getEndpoint(name).path.replace(/\{(\w+)\}/g, ':$1');

function createFastify({ connections: { sockets }, monitoring }: AppOptions, openAnswers: OpenAnswers, hsts: boolean) {
  const fastify: FastifyInstance = Fastify({
    loggerInstance: monitoring.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // The router would answer a longer parameter in its own error format.
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
  return fastify;
}

function requirePolicies(fastify: FastifyInstance): void {
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
}

function parseJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parse(request, body as string, done);
    },
  );
}

async function guardRequests(fastify: FastifyInstance, options: AppOptions, services: Services, cookies: Cookies) {
  const { settings, clock, store, pages } = options;
  await fastify.register(cookie);
  const limiter = settings.rateLimits ? createLimiter(clock, settings.signInRate) : null;
  guardArrival(fastify, {
    services,
    policies: endpointRows,
    cookies,
    origin: new URL(settings.baseUrl).origin,
    proxies: createProxies(settings.trustedProxies),
    limiter,
    clock,
    build: pages?.build ?? null,
    recordUntrusted: (peer) => recordUntrustedProxy(store, clock, peer),
  });
  parseJson(fastify);
  return limiter;
}

async function endpointRoutes(fastify: FastifyInstance, run: Runner, clock: Clock): Promise<void> {
  const names = Object.keys(allEndpoints) as EndpointName[];
  for (const name of names) {
    const endpoint = getEndpoint(name);
    fastify.route({
      method: endpoint.method,
      url: getRoutePath(name),
      config: { policy: name },
      async handler(request, reply) {
        const raw = { params: request.params, query: request.query, body: request.body };
        const answer = await run(name, request, reply, raw);
        return sendAnswer(reply, endpoint, answer, { query: raw.query, now: clock.now() });
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
}

function createFollowUps({ store, clock, reconcileGraceMs }: AppOptions, services: Services) {
  const tasks = createTasks(
    { store, clock },
    {
      cancel: runCancellation(services),
      revoke: services.helpdeskServices.resets.runRevocation,
      push: runPush(services),
    },
  );
  return {
    tasks,
    async reconcile() {
      await services.sessions.endPending();
      const reconciled = await reconcileOpenIntents(services, reconcileGraceMs);
      await tasks.run();
      return reconciled;
    },
    /** After a reset of the emulator: deletes copies of Okta's state. */
    async reset() {
      await followReset(store, clock.now());
      services.users.forget();
      services.helpdesk?.forget();
      services.getPersonFactors.forget();
      services.polls.forget();
    },
  };
}

export async function buildApp(options: AppOptions) {
  const { settings, clock, store, okta, sealer, provider, pages, monitoring } = options;
  const { outages, observer } = monitoring;
  const { protocol, hostname } = new URL(settings.baseUrl);
  // HSTS on localhost would make browsers refuse plain HTTP of all other local programs.
  const hsts = protocol === 'https:' && !isLoopback(hostname);
  const openAnswers = createOpenAnswers();
  const fastify = createFastify(options, openAnswers, hsts);
  const health = createHealth(okta, () => assertStoreWritable(store), outages);
  const drain = drainOnClose(fastify, options.connections.drain);
  const services = createServices(options);
  const cookies = createCookies(settings.baseUrl);
  const locale = createRequestLocale(settings.shown.languages, cookies);
  fastify.addHook('onClose', async () => {
    await services.refusals.close();
    await services.outbox.close();
    await services.auditDelivery?.close();
  });

  requirePolicies(fastify);
  openAnswers.limit(fastify);
  logRequests(fastify, observer.request);
  stampArrival(fastify, clock);
  fastify.decorateRequest('session', null);
  fastify.decorateRequest('actor', null as never);
  fastify.decorateRequest('limitSession', null as never);
  const style = settings.accent?.style ?? null;
  securityHeaders(fastify, { hsts, development: options.development, orgOrigin: provider.origin, style });
  const limiter = await guardRequests(fastify, options, services, cookies);

  const run = createRunner(services, cookies, endpointRows, createGuardFunctions(services));
  const pageDeps = { services, run, cookies, locale, health, style };
  const page = (request: FastifyRequest, reply: FastifyReply, problem?: PageProblem) => {
    if (!pages) throw problem?.kind === 'error' ? problem.error : new ApiError('bad_request');
    return answerPage({ ...pageDeps, pages }, request, reply, problem);
  };
  answerErrors(fastify, { clock, cookies, locale, outages, page: pages ? page : null, busyPage });
  fastify.setNotFoundHandler(async () => {
    throw new ApiError('not_found');
  });

  const deps = { services, cookies, provider, sealer };
  await endpointRoutes(fastify, run, clock);
  if (services.helpdesk) await freezeLinkRoutes(fastify, services, cookies);
  await signOutRoute(fastify, deps);
  await signInRoutes(fastify, { ...deps, limiter, attempts: createAttempts(store, clock, sealer), problemPage: page });
  if (options.universalLogout)
    logoutRoute(fastify, { services, store, okta, limiter, settings: options.universalLogout });
  wellKnownRoutes(fastify, services);
  const { fingerprint } = options;
  healthRoutes(fastify, { health, isEnding: drain.isEnding, token: settings.metricsToken, fingerprint });
  if (settings.logo) logoRoute(fastify, settings.logo);
  if (pages?.assets) await assetRoutes(fastify, pages.assets);
  if (pages) pageRoutes(fastify, { ...pageDeps, pages }, searchInstead);

  const { probe, degradations } = health;
  const followUps = createFollowUps(options, services);
  return { fastify, services, store, ...followUps, probe, degradations, announceEnd: drain.announce };
}
