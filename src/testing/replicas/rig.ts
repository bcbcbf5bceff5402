import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { openStore, type Store } from '#bff/platform/store/open.ts';
import { freePort } from '../free-port.ts';
import { createSettings } from '../postgres/databases.ts';
import { startPostgres, type PostgresServer } from '../postgres/server.ts';
import { ensureBuilt } from '../server-process.ts';
import { createVisitor, type Visitor } from '../visitor.ts';
import { ask } from './ask.ts';
import { startBalancer, type BalancerName } from './balancer.ts';
import { startNetwork, type Network } from './network.ts';
import type { EmulatorOptions } from '#okta-emulator/start.ts';
import type { OrgAccess } from './org-program.ts';
import { startOrgProgram, startPortal, type Program } from './processes.ts';

export type RigOptions = {
  people: number;
  agents?: number;
  portals?: number;
  balancer?: BalancerName;
  tls?: boolean;
  /** Calls per `orgWindowMs`. Default: no limit. */
  orgRate?: number;
  orgWindowMs?: number;
  /** Whether the portals connect to PostgreSQL through the rig's `network`. */
  byNetwork?: boolean;
  emulatorOptions?: Pick<EmulatorOptions, 'moreClientSecrets' | 'apiTokens' | 'serviceApps'>;
  /** Runs before the portals start. Returns further settings for every portal. */
  prepare?: (settings: Record<string, string>, postgres: PostgresServer) => Promise<Record<string, string>>;
  /** `name=value`. */
  postgresSettings?: readonly string[];
  env?: Record<string, string>;
  getEnv?: (index: number) => Record<string, string>;
  /** The folder with the portal's sources. Undefined: this version. */
  getFolder?: (index: number) => string | undefined;
};

export type Replica = {
  readonly port: number;
  readonly program: Program;
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

/** Each part runs in its own process. */
export type Rig = {
  base: string;
  org: OrgAccess;
  emulator: Program;
  postgres: PostgresServer;
  /** Between the portals and PostgreSQL, only with `byNetwork`. */
  network: Network;
  store: Store;
  replicas: readonly Replica[];
  visitor(via?: { port: number }): Visitor;
  simulator<T>(method: string, path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
};

export async function startRig(options: RigOptions): Promise<Rig> {
  const { people, agents = 0, portals = 3, balancer: name = 'haproxy', tls = false } = options;
  const { orgRate = 0, orgWindowMs = 60_000 } = options;
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-replicas-'));
  const closers: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const port = await freePort();
    const base = `${tls ? 'https' : 'http'}://localhost:${port}`;
    const [postgres, emulator] = await Promise.all([
      startPostgres({ fsync: true, settings: options.postgresSettings ?? [] }),
      startOrgProgram({
        DATA_DIR: join(folder, 'org'),
        PORTAL_URL: base,
        PEOPLE: String(people),
        AGENTS: String(agents),
        RATE_LIMIT: String(orgRate),
        RATE_WINDOW_MS: String(orgWindowMs),
        OPTIONS: JSON.stringify(options.emulatorOptions ?? {}),
      }),
    ]);
    closers.push(() => postgres.remove());
    closers.push(() => emulator.end('SIGTERM'));
    const { org } = emulator;
    const network = await startNetwork(postgres.port);
    closers.push(() => network.close());
    const databasePort = options.byNetwork ? network.port : postgres.port;
    const server = `postgres://postgres@127.0.0.1:${databasePort}/DATABASE?sslmode=disable`;
    const settings = {
      BASE_URL: base,
      DATA_DIR: folder,
      DATABASE_URL: server.replace('DATABASE', 'postgres'),
      OKTA_ORG_URL: org.url,
      OKTA_ISSUER: org.issuer,
      OKTA_CLIENT_ID: org.clientId,
      OKTA_CLIENT_SECRET: org.clientSecret,
      OKTA_API_TOKEN: org.apiToken,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      AUDIT_SIGNING_KEY: makeAuditKey(),
      SMTP_URL: org.smtpUrl,
      HELPDESK_GROUP_ID: org.groups.helpdesk,
      HELPDESK_APPROVER_GROUP_ID: org.groups.helpdeskApprovers,
      HELPDESK_SCOPE: `${org.groups.helpdesk}=${org.groups.everyone}`,
      HELPDESK_ACR: 'urn:okta:loa:2fa:any',
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'warn',
      // Twice as long as the example's balancer needs to notice that a portal is stopping.
      DRAIN_SECONDS: '2',
      ...options.env,
    };
    const env = { ...settings, ...(await options.prepare?.(settings, postgres)) };
    const replicas: Replica[] = [];
    for (let index = 0; index < portals; index += 1) {
      const own = await freePort();
      const all = { ...env, ...options.getEnv?.(index) };
      const sources = options.getFolder?.(index);
      let program = await startPortal(own, all, sources);
      closers.push(() => program.end('SIGKILL'));
      replicas.push({
        port: own,
        get program() {
          return program;
        },
        async restart(signal) {
          const code = await program.end(signal);
          program = await startPortal(own, all, sources);
          return code;
        },
      });
    }
    const store = await openStore({
      dataDir: '',
      database: createSettings(postgres.getUrl('DATABASE'), 'postgres'),
    });
    closers.push(() => store.destroy());
    const balancer = await startBalancer(
      name,
      port,
      replicas.map((replica) => replica.port),
      { tls },
    );
    closers.push(() => balancer.stop());
    return {
      ...{ base, org, emulator, postgres, network, store, replicas },
      visitor: (via) =>
        createVisitor({ base, emulator: org.url, password: org.password, ...(via && { via: via.port }) }),
      async simulator(method, path, body) {
        const send = method === 'GET' ? ask : fetch;
        const answer = await send(`${org.url}/simulator/api${path}`, {
          method,
          headers: body === undefined ? {} : { 'content-type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to ${path}: ${text}`);
        return (text === '' ? undefined : JSON.parse(text)) as never;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
