import type { RequestListener, Server } from 'node:http';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { JWK } from 'jose';
import { asOktaError, managementApi, refuse } from './api/api.ts';
import { organizationRoute } from './api/organization.ts';
import type { ApiToken } from './api/request/access.ts';
import { createRateBucket, type RateBucket } from './api/request/rate-limit.ts';
import type { EmulatorContext } from './context/context.ts';
import { assetRoutes } from './page/assets.ts';
import { pageHeaders } from './page/headers.ts';
import { demoServiceApp } from './service-apps/app.ts';
import { createServiceTokens } from './service-apps/token.ts';
import { mountProvider } from './sign-in/mount.ts';
import { createProvider } from './sign-in/provider.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { simulatorApi, type SimulatorTools } from './simulator/api.ts';
import { createFaults } from './simulator/faults.ts';
import { simulatorPage } from './simulator/page/page.ts';
import { createRequestLog } from './simulator/requests.ts';
import { createRevocations } from './simulator/revocations.ts';
import type { EmulatorOptions } from './start.ts';
import type { Keyring } from './store/keyring.ts';
import { OktaError } from './wire/errors.ts';

type Buckets = { api: RateBucket; signIn: RateBucket };

export function createTools(
  { clock, rateLimit = 600, rateWindowMs, onReset }: EmulatorOptions,
  reseed: () => Promise<void>,
): Buckets & { tools: SimulatorTools } {
  const [api, signIn] = [
    createRateBucket(rateLimit, clock, rateWindowMs),
    createRateBucket(rateLimit, clock, rateWindowMs),
  ];
  const [faults, requests, revocations] = [createFaults(), createRequestLog(), createRevocations()];
  const reset = async () => {
    clock.reset();
    for (const one of [faults, requests, revocations, api, signIn]) one.clear();
    await reseed();
    await onReset?.();
  };
  return { api, signIn, tools: { faults, requests, revocations, reset } };
}

type Org = Keyring & { port: number; serviceKey: JWK };

export async function createApp(
  emulator: EmulatorContext,
  org: Org,
  {
    apiTokens = [],
    moreClientSecrets = [],
    serviceApps = [],
    redirectUris = [],
    anyLoopbackPort = false,
  }: EmulatorOptions,
  server: Server,
  tools: SimulatorTools,
  buckets: Buckets,
): Promise<{ app: FastifyInstance; handler: RequestListener }> {
  const { signingKey, clientSecret, cookieKey, port } = org;
  const { revocations } = tools;
  const provider = createProvider(emulator, {
    ...{ clientSecret, cookieKey, signingKey, port, redirectUris, anyLoopbackPort },
    acceptsSecret: (secret) => [clientSecret, ...moreClientSecrets].includes(secret) && !revocations.has(secret),
  });
  let handler: RequestListener | undefined;
  const app = Fastify({
    loggerInstance: emulator.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 500 },
    serverFactory: (made) => {
      handler = made;
      return server;
    },
  });
  app.setErrorHandler((error, request, reply) => refuse(emulator, reply, asOktaError(error, request)));
  app.setNotFoundHandler((_request, reply) => refuse(emulator, reply, new OktaError('E0000008')));
  organizationRoute(app, emulator);
  emulator.universalLogout.routes(app);
  // If two apps have the same client id, the first is used.
  const apps = [...serviceApps, demoServiceApp(org.serviceKey)];
  const { bearer, routes } = createServiceTokens(emulator, apps, signingKey, revocations.has);
  const tokens: ApiToken[] = [{ token: org.apiToken, role: 'SUPER_ADMIN' }, ...apiTokens];
  const api = managementApi(emulator, { tokens, isRevoked: revocations.has, bearer }, buckets.api);
  await app.register(api, { prefix: '/api/v1' });
  await app.register(routes, { bucket: buckets.api });
  await app.register(simulatorApi(emulator, tools, port), { prefix: '/simulator/api' });
  await app.register(async (pages) => {
    pageHeaders(pages);
    assetRoutes(pages);
    simulatorPage(pages, emulator, tools, port);
    await pages.register(signInRoutes(emulator, provider));
    await pages.register(mountProvider(emulator, provider, signingKey, buckets.signIn));
  });
  await app.ready();
  return { app, handler: handler! };
}
