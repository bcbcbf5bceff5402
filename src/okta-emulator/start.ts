import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { JWK } from 'jose';
import type { Clock } from '#clock';
import type { ApiToken } from './api/request/access.ts';
import { createApp, createTools } from './app.ts';
import type { EmulatorContext, Engine, SignInRule, SmsTemplate } from './context/context.ts';
import type { Random } from './wire/ids.ts';
import { createGate } from './simulator/gate.ts';
import { startSmtp } from './simulator/smtp.ts';
import { rpIdFor } from './factors/webauthn/rp.ts';
import { hashPassword, PASSWORD_COST } from './people/password.ts';
import { demoPeople, groupIds, reseed, seed } from './seed/seed.ts';
import { CLIENT_ID } from './sign-in/client.ts';
import { openServiceKey, SERVICE_CLIENT_ID, type ServiceApp } from './service-apps/app.ts';
import { openKeyring, type Keyring } from './store/keyring.ts';
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
  /** The portal's addresses, as they are registered. */
  redirectUris?: string[];
  /** Also accepts its paths on any loopback port, where tests start portals on free ports; default false. */
  anyLoopbackPort?: boolean;
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
  /** Default `PREFERRED`, as at Okta. */
  keyVerification?: EmulatorContext['keyVerification'];
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

/** Answers until the emulator is ready: the issuer needs the port, so the server listens first. */
const notYet = (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end();

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer(notYet);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    // Closes connections that hang by a fault or were kept open.
    const patience = setTimeout(() => server.closeAllConnections(), 1000);
    server.close(() => resolve(clearTimeout(patience)));
    server.closeIdleConnections();
  });

function createContext(
  options: EmulatorOptions,
  db: EmulatorContext['db'],
  url: string,
  { signingKey }: Keyring,
): EmulatorContext {
  const { clock, random = randomBytes, log = silentLog, secretLength = 32 } = options;
  if (secretLength === 16)
    log.warn('new authenticator secrets have 80 bits: a compatibility switch, too weak for anything real');
  const endpoint = options.logoutEndpoint ?? null;
  return {
    ...{ db, clock, random, log, url, secretLength },
    engine: options.engine ?? 'classic',
    smsTemplates: options.smsTemplates ?? [],
    freeOrg: options.freeOrg ?? false,
    messageWait: options.messageWait ?? 30,
    signIn: options.signIn ?? 'password',
    rpId: rpIdFor(options.passkeyRpId, url),
    keyVerification: options.keyVerification ?? 'PREFERRED',
    passwordCost: options.passwordCost ?? PASSWORD_COST,
    issuer: `${url}/oauth2/default`,
    universalLogout: createUniversalLogout({ url, clock, random, log, signingKey, clientId: CLIENT_ID, endpoint }),
  };
}

/**
 * Starts an emulator; resolves when it answers.
 * @throws an Error for a host that is not loopback, an Error with code `EADDRINUSE` for a taken port, and what the
 * store throws
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { dataDir, host = '127.0.0.1', random = randomBytes } = options;
  if (!LOOPBACK.test(host)) throw new Error(`the emulator listens on loopback only, not on ${host}`);
  const server = await listen(options.port, host);
  const closers = [() => closeServer(server)];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
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
    const emulator = createContext(options, db, url, keyring);
    const passwordHash = await hashPassword(keyring.password, random, emulator.passwordCost);
    await seed(emulator, passwordHash);

    const { clientSecret = keyring.clientSecret, apiToken = keyring.apiToken } = options;
    const org = { ...keyring, clientSecret, apiToken, port, serviceKey: serviceKey.privateKey };
    const { tools, ...buckets } = createTools(options, () => reseed(emulator, passwordHash));
    const { app, handler } = await createApp(emulator, org, options, server, tools, buckets);
    server
      .off('request', notYet)
      .on('request', createGate(emulator, buckets.api, tools.faults, tools.requests)(handler));
    closers.push(() => app.close());
    const smtp = await startSmtp(emulator, options.smtpPort);
    closers.push(() => smtp.close());
    return {
      ...{ url, port, apiToken, clientSecret, close },
      issuer: emulator.issuer,
      clientId: CLIENT_ID,
      serviceApp: { clientId: SERVICE_CLIENT_ID, ...serviceKey },
      password: keyring.password,
      people: demoPeople.map(({ login, first, last }) => ({ login, name: `${first} ${last}` })),
      simulatorUrl: `${url}/simulator`,
      smtpUrl: smtp.url,
      groups: groupIds,
      universalLogout: emulator.universalLogout,
      reset: tools.reset,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
