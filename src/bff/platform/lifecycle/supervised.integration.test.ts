import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { runProgram } from '#testing/programs/find-program.ts';
import { startPortal } from '#testing/replicas/processes.ts';
import { ensureBuilt } from '#testing/server-process.ts';
import { startTestEnv } from '#testing/test-env.ts';
import { makeAuditKey } from '../../records/audit-log/kept-key.ts';
import { builtCommit, version } from './version.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const root = join(import.meta.dirname, '../../../..');
type Line = { level: number; msg: string } & Record<string, unknown>;
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

test('under a supervisor every line of a portal is JSON, and the first says which version started', async () => {
  await ensureBuilt();
  const env = await startTestEnv();
  const folder = temporaryFolder();
  const port = await freePort();
  const { emulator } = env;
  const settings = {
    NODE_ENV: 'production',
    BASE_URL: `http://localhost:${port}`,
    DATA_DIR: folder,
    OKTA_ORG_URL: emulator.url,
    OKTA_ISSUER: emulator.issuer,
    OKTA_CLIENT_ID: emulator.clientId,
    OKTA_CLIENT_SECRET: emulator.clientSecret,
    OKTA_API_TOKEN: emulator.apiToken,
    SESSION_SECRET: randomBytes(32).toString('hex'),
    AUDIT_SIGNING_KEY: makeAuditKey(),
    LOG_LEVEL: 'warn',
  };
  try {
    const portal = await startPortal(port, settings);
    await expect.poll(() => portal.said()).toContain('"started"');
    expect(await portal.end('SIGTERM')).toBe(0);
    const started = linesOf(portal.said()).find(({ msg }) => msg === 'started');
    expect(started).toMatchObject({ level: 30, version, commit: builtCommit(), url: settings.BASE_URL });
    const { OKTA_CLIENT_ID: _left, ...without } = settings;
    for (const [wrong, said] of [
      [without, /OKTA_CLIENT_ID/],
      [{ ...settings, PORT: new URL(emulator.url).port }, /is taken/],
    ] as const) {
      const file = process.env['SERVER_FILE'] ?? 'src/server.ts';
      const flags = ['--disable-warning=ExperimentalWarning', file];
      // Asynchronous, because the emulator runs in this process and must answer.
      const { code, output } = await runProgram(process.execPath, flags, { cwd: root, env: wrong });
      expect(code).toBe(1);
      expect(linesOf(output).at(-1)).toMatchObject({
        level: 60,
        msg: 'the start failed',
        reason: expect.stringMatching(said),
      });
    }
  } finally {
    await env.close();
  }
});

test('the version is that of package.json, of each manifest and of each page', () => {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(version);
  const places: [file: string, pattern: RegExp][] = [
    ['package-lock.json', /"name": "latchkey",\n\s+"version": "([^"]+)"/g],
    ['CHANGELOG.md', /^## \[(\d[^\]]*)\]/m],
    ['deploy/compose.yaml', /localhost\/latchkey:([\d.]+)/g],
    ['deploy/kubernetes/overlays/production/kustomization.yaml', /newTag: ([\d.]+)/g],
    ['deploy/kubernetes/prepare-database/kustomization.yaml', /newTag: ([\d.]+)/g],
    ['docs/operate/containers.md', /build .*latchkey:([\d.]+) \./g],
    ['docs/operate.md', /ln -sfn \/opt\/latchkey-([\d.]+) \/opt\/latchkey$/gm],
  ];
  for (const [file, pattern] of places) {
    const found = pattern.global
      ? [...read(file).matchAll(pattern)].map(([, one]) => one)
      : [pattern.exec(read(file))?.[1]];
    expect(new Set(found), file).toEqual(new Set([version]));
  }
});

test('`latchkey --version` says version and commit', () => {
  const { stdout, status } = spawnSync('sh', [join(root, 'bin/latchkey'), '--version'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^latchkey ${version} \\(\\w+\\)\n$`))]);
});
