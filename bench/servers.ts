import { randomBytes } from 'node:crypto';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { freePort } from '#testing/free-port.ts';
import { until, type Program, type Sandbox } from './processes.ts';
import type { OrgAccess } from '../src/testing/replicas/org-program.ts';

export type RunningEmulator = Program & {
  issuer: string;
  clientId: string;
  clientSecret: string;
  apiToken: string;
  password: string;
  dataDir: string;
};

type EmulatorAddress = Pick<RunningEmulator, 'url' | 'issuer' | 'clientId' | 'clientSecret' | 'apiToken'>;

export async function startEmulator(sandbox: Sandbox, settings: Record<string, string> = {}): Promise<RunningEmulator> {
  const dataDir = sandbox.folder();
  const env = { DATA_DIR: dataDir, PORTAL_URL: 'http://localhost', ...settings };
  const readOrg = (output: string) => JSON.parse(/^\{.*\}$/m.exec(output)?.[0] ?? 'null') as OrgAccess | null;
  const program = await sandbox.start('src/testing/replicas/org-program.ts', env, ({ output }) =>
    until('the emulator', () => readOrg(output())?.url),
  );
  const { issuer, clientId, clientSecret, apiToken, password } = readOrg(program.output())!;
  return { ...program, dataDir, issuer, clientId, clientSecret, apiToken, password };
}

/** The secrets stay the same when the portal starts again on its data. */
const secrets = { SESSION_SECRET: randomBytes(32).toString('hex'), AUDIT_SIGNING_KEY: makeAuditKey() };

const answers = (url: string) =>
  fetch(url).then(
    (answer) => (answer.ok ? true : undefined),
    () => undefined,
  );

/** The portal's own limits are on. Resolves when `/livez` answers. */
export async function startPortal(
  sandbox: Sandbox,
  emulator: EmulatorAddress,
  dataDir = sandbox.folder(),
  settings: Record<string, string> = {},
): Promise<Program & { port: number; startMs: number }> {
  const port = Number(settings['PORT'] ?? (await freePort()));
  const url = `http://localhost:${port}`;
  const env = {
    PORT: String(port),
    DATA_DIR: dataDir,
    OKTA_ORG_URL: emulator.url,
    OKTA_ISSUER: emulator.issuer,
    OKTA_CLIENT_ID: emulator.clientId,
    OKTA_CLIENT_SECRET: emulator.clientSecret,
    OKTA_API_TOKEN: emulator.apiToken,
    ...secrets,
    ...settings,
  };
  const begun = performance.now();
  const program = await sandbox.start('dist/server.js', env, async () => {
    await until('the portal', () => answers(`http://127.0.0.1:${port}/livez`));
    return url;
  });
  return { ...program, port, startMs: performance.now() - begun };
}

async function startPrinting(
  sandbox: Sandbox,
  file: string,
  env: Record<string, string>,
): Promise<Program & { startMs: number }> {
  const begun = performance.now();
  const program = await sandbox.start(file, env, async ({ output }) => {
    const port = await until(file, () => /^port (\d+)$/m.exec(output())?.[1]);
    await until(file, () => answers(`http://127.0.0.1:${port}/livez`));
    return `http://127.0.0.1:${port}`;
  });
  return { ...program, startMs: performance.now() - begun };
}

export const startStub = (sandbox: Sandbox, answersFile: string) =>
  startPrinting(sandbox, 'bench/programs/stub-okta.ts', { ANSWERS: answersFile });

/** The proxy checks nothing. */
export const startProxy = (
  sandbox: Sandbox,
  emulator: { url: string },
  path: string,
  env: { DATABASE_URL?: string } = {},
) =>
  startPrinting(sandbox, 'bench/programs/bare-proxy.ts', { UPSTREAM_URL: emulator.url, UPSTREAM_PATH: path, ...env });

export const startClient = (sandbox: Sandbox, emulator: { url: string }, userId: string, client: 'ours' | 'sdk') =>
  startPrinting(sandbox, 'bench/programs/client-side.ts', {
    UPSTREAM_URL: emulator.url,
    USER_ID: userId,
    CLIENT: client,
  });
