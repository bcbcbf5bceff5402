import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { afterAll } from 'vitest';
import type { PurposeText } from '#contract/purposes.ts';
import type { AuditRow } from '#bff/records/audit-log/audit-log.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { buildApp, type App, type AppOptions } from '#bff/app.ts';
import type { PortalSettings } from '#bff/config/config.ts';
import { helpdeskOfDemo } from '#bff/features/helpdesk/testing/helpdesk-fixture.ts';
import { createSmtpMailer } from '#bff/records/notifications/smtp.ts';
import { universalLogout } from '#bff/features/sign-in/logout-settings.ts';
import { createProvider } from '#bff/features/sign-in/provider.ts';
import { socketLimits, type SocketLimits } from '#bff/http/sockets.ts';
import { drainLimits, type DrainLimits } from '#bff/platform/lifecycle/drain.ts';
import type { Observer } from '#bff/platform/metrics/observer.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { createSealer } from '#bff/platform/store/secrets.ts';
import { createClock, type Clock } from '#clock';
import { createOktaClient, type OktaClient, type OktaClientOptions } from '#okta/client.ts';
import type { Limits } from '#okta/transport/limits.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '#okta-emulator/start.ts';
import { CHEAP_PASSWORD } from '#okta-emulator/testing/cheap-password.ts';
import { copyKeys } from '#okta-emulator/testing/kept-keys.ts';
import { freePort } from './free-port.ts';
import { plainPages } from './pages.ts';
import { createMonitoring, stubOptions } from './stub-options.ts';
import { watched, type Statement } from './statements/statements.ts';
import { auditRows, type AuditFilter } from './store-contents.ts';
import { openTestStore, scansIn } from './store.ts';
import { createVisitor, signedInAt, type Visitor } from './visitor.ts';

/** A person without methods. */
export const ADA = 'ada@example.com';
/** Methods: Google Authenticator and Okta Verify. */
export const GRACE = 'grace@example.com';
/** A person with a pending method. */
export const KATHERINE = 'katherine@example.com';
/** An agent. Method: Google Authenticator. */
export const HEDY = 'helpdesk@example.com';
/** An approver, who is also an agent. Methods: phone, email and a question. */
export const ANNIE = 'admin@example.com';
export const FRANCES = 'frances@example.com';
export const MARGARET = 'margaret@example.com';

export type ApiRequest = { method: string; path: string; status: number };
export type ReceivedEmail = { to: string; text: string; code: string | null };
export type FaultSpec = {
  match: string;
  times?: number;
  status?: number;
  headers?: Record<string, string | null>;
  body?: unknown;
  delayMs?: number;
  cut?: 'before' | 'after' | 'never';
};

export type PortalOptions = {
  /** Default: a new store. */
  folder?: string;
  limits?: Partial<Limits>;
  settings?: Partial<PortalSettings>;
  sockets?: Partial<SocketLimits>;
  drain?: DrainLimits;
  logger?: FastifyBaseLogger;
  observer?: Observer;
  app?: Partial<AppOptions>;
  observe?: OktaClientOptions['observe'];
  okta?: (client: OktaClient) => OktaClient;
};

export type Portal = {
  base: string;
  app: App;
  store: Store;
  statements: ReadonlyMap<string, Statement>;
  okta: OktaClient;
  visitor(): Visitor;
  signedIn(login: string): Promise<Visitor>;
  /** Inserts a step-up, without a sign-in at the emulator. */
  stepUp(who: Visitor, purpose: PurposeText, strength: number): Promise<void>;
  auditRows<Column extends keyof AuditRow = keyof AuditRow>(
    filter: AuditFilter,
    ...columns: Column[]
  ): Promise<Pick<AuditRow, Column>[]>;
  close(): Promise<void>;
};

export type TestEnv = {
  emulator: Emulator;
  clock: Clock;
  advance(seconds: number): void;
  /** Resets people, clock and faults, closes all portals, and opens a portal on an empty store. */
  fresh(options?: PortalOptions): Promise<Portal>;
  another(options?: PortalOptions): Promise<Portal>;
  simulator<T>(method: string, path: string, body?: unknown): Promise<T>;
  phone(login: string): Promise<{ factorId: string; provider: string; status: string; code: string }[]>;
  code(login: string, provider?: string): Promise<string>;
  /** Advances the clock by one time step first. */
  nextCode(login: string, provider?: string): Promise<string>;
  emails(login: string): Promise<ReceivedEmail[]>;
  fault(spec: FaultSpec): Promise<void>;
  clearFaults(): Promise<void>;
  /** Requests to the management API since the last call, oldest first. */
  takeRequests(): Promise<ApiRequest[]>;
  setStatus(login: string, status: string): Promise<void>;
  close(): Promise<void>;
};

/** The machine may be busy. Tests about time limits set their own. */
const patience = { connectMs: 30_000, headersMs: 60_000, callMs: 60_000 };

/** All portals share these keys, because a test may open a store with a second portal. */
export const auditKeys = readAuditKeys(makeAuditKey());

/** Use one environment for each test file. Only tests move the clock. */
export async function startTestEnv(emulatorOptions: Partial<EmulatorOptions> = {}): Promise<TestEnv> {
  // Starts at the machine's time, because tokens get their times from the machine's clock and must be fresh.
  const start = Date.now();
  const clock = createClock(() => start);
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-test-env-'));
  copyKeys(dataDir);
  const cheap = { inMemory: true, passwordCost: CHEAP_PASSWORD };
  const emulator = await startEmulator({
    ...cheap,
    // No other server may answer on this port after a test has closed the emulator.
    port: await freePort(),
    rateLimit: 0,
    anyLoopbackPort: true,
    ...emulatorOptions,
    dataDir,
    clock,
  });
  const pages = plainPages();
  const open: Portal[] = [];
  let seen = 0;

  const simulator: TestEnv['simulator'] = async (method, path, body) => {
    const headers: Record<string, string> = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const answer = await fetch(`${emulator.url}/simulator/api${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as never;
  };
  const listRequests = async () => {
    const all = await simulator<ApiRequest[]>('GET', '/requests');
    return all.filter(({ path }) => path.startsWith('/api/v1/')).reverse();
  };

  async function another(options: PortalOptions = {}): Promise<Portal> {
    const { folder, limits, app: over, observe, okta: wrap } = options;
    const port = await freePort();
    const base = options.settings?.baseUrl ?? `http://localhost:${port}`;
    const appClock = over?.clock ?? clock;
    const store = await openTestStore(folder);
    const { store: watchedStore, statements } = watched(store);
    const client = createOktaClient({
      orgUrl: emulator.url,
      credential: { kind: 'ssws', token: emulator.apiToken },
      clock: appClock,
      userAgent: 'latchkey-test/0',
      limits: { ...patience, ...limits },
      ...(observe && { observe }),
    });
    const smtp = createSmtpMailer(emulator.smtpUrl, 'Latchkey <latchkey@example.com>');
    const usual = stubOptions(appClock);
    const app = await buildApp({
      ...usual,
      settings: { ...usual.settings, baseUrl: base, ...options.settings },
      simulatorUrl: emulator.simulatorUrl,
      store: watchedStore,
      sealer: createSealer(['a secret of thirty-two bytes or more']),
      audit: { keys: auditKeys, sink: null },
      okta: wrap?.(client) ?? client,
      provider: createProvider({
        issuer: emulator.issuer,
        clientId: emulator.clientId,
        clientSecret: emulator.clientSecret,
        redirectUri: `${base}/auth/callback`,
        limits: patience,
      }),
      mailer: smtp.mailer,
      universalLogout: universalLogout(emulator.url, emulator, base),
      helpdesk: helpdeskOfDemo({ emulator }),
      pages,
      connections: { sockets: { ...socketLimits, ...options.sockets }, drain: options.drain ?? drainLimits },
      monitoring: createMonitoring(appClock, options.logger, options.observer),
      ...over,
    });
    await app.fastify.listen({ port, host: '127.0.0.1' });
    const where = { base, emulator: emulator.url, password: emulator.password };
    const portal: Portal = {
      base,
      app,
      store,
      statements,
      okta: client,
      visitor: () => createVisitor(where),
      signedIn: (login) => signedInAt(where, login),
      async stepUp(who, purpose, strength) {
        const session = await app.services.sessions.find(who.token()!, false);
        await app.services.stepUps.give(session!, purpose, strength);
      },
      auditRows: (filter, ...columns) => auditRows(store, filter, ...columns),
      async close() {
        const place = open.indexOf(portal);
        if (place < 0) return;
        open.splice(place, 1);
        app.fastify.server.closeAllConnections();
        await app.fastify.close();
        smtp.close();
        await client.close();
        // The test may already have closed or damaged its store.
        const scans = await scansIn(store, statements).catch(() => []);
        await store.destroy();
        if (scans.length > 0)
          throw new Error(`a statement scans a table that grows: ${JSON.stringify(scans, null, 1)}`);
      },
    };
    open.push(portal);
    return portal;
  }

  const endPortals = async () => {
    for (const portal of [...open]) await portal.close();
  };
  const phone: TestEnv['phone'] = (login) => simulator('GET', `/authenticators?user=${login}`);
  const code: TestEnv['code'] = async (login, provider = 'GOOGLE') => {
    const found = (await phone(login)).find((one) => one.provider === provider);
    if (!found) throw new Error(`${login} has no code of ${provider}`);
    return found.code;
  };

  return {
    emulator,
    clock,
    advance: (seconds) => clock.advance(seconds),
    async fresh(options) {
      await endPortals();
      await emulator.reset();
      seen = 0;
      return another(options);
    },
    another,
    simulator,
    phone,
    code,
    async nextCode(login, provider) {
      clock.advance(30);
      return code(login, provider);
    },
    emails: (login) => simulator('GET', `/messages?user=${login}`),
    async fault(spec) {
      await simulator('POST', '/faults', spec);
    },
    async clearFaults() {
      await simulator('DELETE', '/faults');
    },
    async takeRequests() {
      const all = await listRequests();
      const news = all.slice(seen);
      seen = all.length;
      return news;
    },
    async setStatus(login, status) {
      await simulator('POST', `/users/${login}`, { status });
    },
    async close() {
      await endPortals();
      await emulator.close();
      for (const folder of [dataDir, pages.assets]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function testEnv(options?: Partial<EmulatorOptions>): Promise<TestEnv> {
  const env = await startTestEnv(options);
  afterAll(() => env.close());
  return env;
}
