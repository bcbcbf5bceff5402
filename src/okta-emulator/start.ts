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
  /** 0: any free port. */
  port: number;
  /** Default: 127.0.0.1. Only loopback addresses, because the simulator shows all people's codes. */
  host?: string;
  /** The URL for browsers. Default: `http://localhost:PORT`. */
  url?: string;
  dataDir: string;
  /** Keeps people and factors in memory, for tests without a restart. */
  inMemory?: boolean;
  /** scrypt's N for passwords. Default: 16,384. A data folder must always be opened with the same N. */
  passwordCost?: number;
  engine?: Engine;
  clientSecret?: string;
  /** Okta accepts two secrets during a change of the secret. */
  moreClientSecrets?: readonly string[];
  /** The super administrator's token. */
  apiToken?: string;
  apiTokens?: readonly ApiToken[];
  /** Apps in addition to the demo's. An app with the demo's client id replaces it. */
  serviceApps?: readonly ServiceApp[];
  redirectUris?: string[];
  /** Allows redirects to any loopback port, because tests start portals on free ports. */
  anyLoopbackPort?: boolean;
  /** The portal's endpoint for Universal Logout. Default: none. */
  logoutEndpoint?: string;
  /** API calls per minute. Default: 600. 0: no limit. */
  rateLimit?: number;
  /** Milliseconds. Default: a minute, as at Okta. */
  rateWindowMs?: number;
  /** Default: `password`. With `password+factor`, a person who has a factor must use it. */
  signIn?: SignInRule;
  /** The relying-party id of keys, or `none`. Default: the host of `url` unless it is an IP address. */
  passkeyRpId?: string;
  /** Default: `PREFERRED`, as at Okta. */
  keyVerification?: EmulatorContext['keyVerification'];
  /** Default: any free port. */
  smtpPort?: number;
  onReset?: () => Promise<void>;
  clock: Clock;
  random?: Random;
  log?: FastifyBaseLogger;
  /** Base32 characters of a new TOTP secret. Okta's 16 are too few according to RFC 4226 section 4. */
  secretLength?: 32 | 16;
  smsTemplates?: readonly SmsTemplate[];
  /** Upper limit, in seconds, of the wait between two messages to one number or address. Default: 30, as at Okta. */
  messageWait?: number;
  /** A free org sends no Okta Verify links by SMS (E0000233). */
  freeOrg?: boolean;
};

export type Emulator = {
  url: string;
  issuer: string;
  port: number;
  apiToken: string;
  clientId: typeof CLIENT_ID;
  clientSecret: string;
  serviceApp: { clientId: typeof SERVICE_CLIENT_ID; privateKey: JWK; file: string };
  password: string;
  people: { login: string; name: string }[];
  simulatorUrl: string;
  smtpUrl: string;
  groups: typeof groupIds;
  universalLogout: UniversalLogout;
  /** Also resets clock and faults, and signs everybody out. People and groups keep their ids. */
  reset(): Promise<void>;
  /** Waits for running requests. The store is closed last. */
  close(): Promise<void>;
};

const silentLog = pino({ level: 'silent' });

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Answers 503 until the emulator is ready. The server must listen earlier, because the issuer contains its port. */
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
    // Closes connections that were kept open, or that a fault left hanging.
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

/** Resolves when the emulator answers requests. Throws an Error with code `EADDRINUSE` for a port in use. */
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
    // The service key is created on another thread, so it is started first.
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
