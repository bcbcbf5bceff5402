import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { JWK } from 'jose';
import type { Clock } from '#clock';
import type { ApiToken } from './api/request/access.ts';
import { asOktaError, managementApi, refuse } from './api/api.ts';
import { OktaError } from './wire/errors.ts';
import { organizationRoute } from './api/organization.ts';
import { createRateBucket } from './api/request/rate-limit.ts';
import type { EmulatorContext, Engine, SignInRule, SmsTemplate } from './context/context.ts';
import type { Random } from './wire/ids.ts';
import { simulatorApi } from './simulator/api.ts';
import { createFaults } from './simulator/faults.ts';
import { createGate } from './simulator/gate.ts';
import { simulatorPage } from './simulator/page/page.ts';
import { createRequestLog } from './simulator/requests.ts';
import { createRevocations } from './simulator/revocations.ts';
import { startSmtp } from './simulator/smtp.ts';
import { rpIdFor } from './factors/webauthn/rp.ts';
import { assetRoutes } from './page/assets.ts';
import { pageHeaders } from './page/headers.ts';
import { hashPassword, PASSWORD_COST } from './people/password.ts';
import { demoPeople, groupIds, reseed, seed } from './seed/seed.ts';
import { CLIENT_ID } from './sign-in/client.ts';
import { mountProvider } from './sign-in/mount.ts';
import { createProvider } from './sign-in/provider.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { demoServiceApp, openServiceKey, SERVICE_CLIENT_ID, type ServiceApp } from './service-apps/app.ts';
import { createServiceTokens } from './service-apps/token.ts';
import { openKeyring } from './store/keyring.ts';
import { openStore } from './store/open.ts';
import { createUniversalLogout, type UniversalLogout } from './context/universal-logout.ts';

export type EmulatorOptions = {
  /** 0 takes a free port. */
  port: number;
  /** A loopback address, default 127.0.0.1. Others are refused: the simulator shows everybody's codes. */
  host?: string;
  /** The URL for browsers, default `http://localhost:PORT`; the issuer is `URL/oauth2/default`. */
  url?: string;
  /** The folder of the store and of the keys created at the first start. */
  dataDir: string;
  /** Keeps people and factors in memory instead of the folder: for tests that never restart it. Default false. */
  inMemory?: boolean;
  /** scrypt's N for passwords, the same at every start with a folder; default 16,384. Tests take a small one. */
  passwordCost?: number;
  engine?: Engine;
  clientSecret?: string;
  /** More secrets of the web app: Okta accepts two while one takes the place of the other. */
  moreClientSecrets?: readonly string[];
  /** The super administrator's token. */
  apiToken?: string;
  /** Tokens of other administrators. */
  apiTokens?: readonly ApiToken[];
  /** Apps besides the demo's, whose key is created at the first start; one with the demo's client id replaces it. */
  serviceApps?: readonly ServiceApp[];
  /** The portal's addresses; its paths are also accepted on any loopback port. */
  redirectUris?: string[];
  /** Where the portal takes Universal Logout; default none. */
  logoutEndpoint?: string;
  /** API calls per minute, default 600, 0 for no limit. */
  rateLimit?: number;
  /** How long a window of the limit lasts, in milliseconds, default a minute as at Okta. */
  rateWindowMs?: number;
  /** What sign-in requires, default `password`. With `password+factor`, a person with a factor must use one. */
  signIn?: SignInRule;
  /** The relying-party id of keys: `none` for none; default the host of `url` unless it is an IP address. */
  passkeyRpId?: string;
  /** Where the simulator takes email; default a free port. */
  smtpPort?: number;
  /** Runs at a reset. */
  onReset?: () => Promise<void>;
  clock: Clock;
  random?: Random;
  log?: FastifyBaseLogger;
  /** Base32 characters of a new TOTP secret. 16 is Okta's own, and weak: see `EmulatorContext`. */
  secretLength?: 32 | 16;
  /** SMS texts for `templateId`; default none. */
  smsTemplates?: readonly SmsTemplate[];
  /** The longest that a number or address waits for its next message, in seconds; default 30, as at Okta. */
  messageWait?: number;
  /** A free org sends no Okta Verify links by SMS (E0000233); default false. */
  freeOrg?: boolean;
};

export type Emulator = {
  url: string;
  issuer: string;
  port: number;
  apiToken: string;
  clientId: typeof CLIENT_ID;
  clientSecret: string;
  /** The demo's service app: its private key as a JWK, and the key's file. */
  serviceApp: { clientId: typeof SERVICE_CLIENT_ID; privateKey: JWK; file: string };
  /** The password of all demo people. */
  password: string;
  people: { login: string; name: string }[];
  simulatorUrl: string;
  smtpUrl: string;
  groups: typeof groupIds;
  /** Sends Universal Logout, and sets its endpoint. */
  universalLogout: UniversalLogout;
  /** Resets people, factors, messages, clock and faults, and signs everybody out. Ids of people and groups stay. */
  reset(): Promise<void>;
  /** Finishes running requests, then closes everything, the store last. */
  close(): Promise<void>;
};

const silentLog = pino({ level: 'silent' });

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Starts an emulator; resolves when it answers.
 * @throws an Error for a host that is not loopback, an Error with code `EADDRINUSE` for a taken port, and what the
 * store throws
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { dataDir, clock, host = '127.0.0.1', random = randomBytes, log = silentLog, rateLimit = 600 } = options;
  if (!LOOPBACK.test(host)) throw new Error(`the emulator listens on loopback only, not on ${host}`);
  // The issuer needs the port, so the server listens first and answers 503 until it is ready.
  const notYet = (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end();
  const server = createServer(notYet);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const closers: (() => Promise<unknown>)[] = [
    () =>
      new Promise((resolve) => {
        // Closes connections that hang by a fault or were kept open.
        const patience = setTimeout(() => server.closeAllConnections(), 1000);
        server.close(() => resolve(clearTimeout(patience)));
        server.closeIdleConnections();
      }),
  ];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const { port } = server.address() as AddressInfo;
    const url = (options.url ?? `http://localhost:${port}`).replace(/\/+$/, '');
    // Creating both keys takes time: start the one on another thread first.
    const serviceKeyComing = openServiceKey(dataDir, random);
    serviceKeyComing.catch(() => {});
    const keyring = openKeyring(dataDir, random);
    const serviceKey = await serviceKeyComing;
    const db = await openStore(options.inMemory ? ':memory:' : dataDir);
    closers.unshift(() => db.destroy());
    const { engine = 'classic', secretLength = 32, smsTemplates = [], freeOrg = false, messageWait = 30 } = options;
    if (secretLength === 16)
      log.warn('new authenticator secrets have 80 bits: a compatibility switch, too weak for anything real');
    const universalLogout = createUniversalLogout({
      url,
      clock,
      random,
      log,
      signingKey: keyring.signingKey,
      clientId: CLIENT_ID,
      endpoint: options.logoutEndpoint ?? null,
    });
    const emulator: EmulatorContext = {
      db,
      clock,
      random,
      engine,
      secretLength,
      smsTemplates,
      freeOrg,
      messageWait,
      url,
      signIn: options.signIn ?? 'password',
      rpId: rpIdFor(options.passkeyRpId, url),
      passwordCost: options.passwordCost ?? PASSWORD_COST,
      issuer: `${url}/oauth2/default`,
      log,
      universalLogout,
    };
    const passwordHash = await hashPassword(keyring.password, random, emulator.passwordCost);
    await seed(emulator, passwordHash);

    const {
      clientSecret = keyring.clientSecret,
      apiToken = keyring.apiToken,
      apiTokens = [],
      moreClientSecrets = [],
      serviceApps = [],
      redirectUris = [],
    } = options;
    const bucket = createRateBucket(rateLimit, clock, options.rateWindowMs);
    const signInBucket = createRateBucket(rateLimit, clock, options.rateWindowMs);
    const faults = createFaults();
    const requests = createRequestLog();
    const revocations = createRevocations();
    const reset = async () => {
      clock.reset();
      faults.clear();
      requests.clear();
      revocations.clear();
      bucket.clear();
      signInBucket.clear();
      await reseed(emulator, passwordHash);
      await options.onReset?.();
    };
    const tools = { faults, requests, revocations, reset };
    const provider = createProvider(emulator, {
      clientSecret,
      acceptsSecret: (secret) => [clientSecret, ...moreClientSecrets].includes(secret) && !revocations.has(secret),
      redirectUris,
      port,
      cookieKey: keyring.cookieKey,
      signingKey: keyring.signingKey,
    });
    const gate = createGate(emulator, bucket, faults, requests);
    let handler: RequestListener = notYet;
    const app = Fastify({
      loggerInstance: log,
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
    universalLogout.routes(app);
    // The first app of a client id wins.
    const tokens = createServiceTokens(
      emulator,
      [...serviceApps, demoServiceApp(serviceKey.privateKey)],
      keyring.signingKey,
      revocations.has,
    );
    const owners: ApiToken[] = [{ token: apiToken, role: 'SUPER_ADMIN' }, ...apiTokens];
    await app.register(
      managementApi(emulator, { tokens: owners, isRevoked: revocations.has, bearer: tokens.bearer }, bucket),
      {
        prefix: '/api/v1',
      },
    );
    await app.register(tokens.routes, { bucket });
    await app.register(simulatorApi(emulator, tools, port), { prefix: '/simulator/api' });
    await app.register(async (pages) => {
      pageHeaders(pages);
      assetRoutes(pages);
      simulatorPage(pages, emulator, tools, port);
      await pages.register(signInRoutes(emulator, provider));
      await pages.register(mountProvider(emulator, provider, keyring.signingKey, signInBucket));
    });
    await app.ready();
    server.off('request', notYet).on('request', gate(handler));
    closers.push(() => app.close());
    const smtp = await startSmtp(emulator, options.smtpPort);
    closers.push(() => smtp.close());
    return {
      url,
      issuer: emulator.issuer,
      port,
      apiToken,
      clientId: CLIENT_ID,
      clientSecret,
      serviceApp: { clientId: SERVICE_CLIENT_ID, ...serviceKey },
      password: keyring.password,
      people: demoPeople.map(({ login, first, last }) => ({ login, name: `${first} ${last}` })),
      simulatorUrl: `${url}/simulator`,
      smtpUrl: smtp.url,
      groups: groupIds,
      universalLogout,
      reset,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
