import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { secretSettings } from '#bff/config/config.ts';
import { startPostgres } from '#testing/postgres/server.ts';
import { findProgram, runProgram } from '#testing/programs/find-program.ts';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const deploy = join(root, 'deploy');
const read = (file: string) => readFileSync(join(deploy, file), 'utf8');

const folder = temporaryFolder();

type Service = {
  image: string;
  user: string;
  read_only?: boolean;
  cap_drop: string[];
  environment: Record<string, string>;
  secrets: { source: string }[];
  networks: Record<string, { ipv4_address?: string } | null>;
};
type Compose = { services: Record<string, Service>; secrets: Record<string, { file: string }> };

test.skipIf(!findProgram('docker-compose'))(
  'compose.yaml: docker-compose takes it, and each service is confined',
  async () => {
    const program = findProgram('docker-compose')!;
    cpSync(join(deploy, 'compose.yaml'), join(folder, 'compose.yaml'));
    cpSync(join(deploy, 'compose'), join(folder, 'compose'), { recursive: true });
    writeFileSync(join(folder, 'compose/latchkey.env'), read('compose/latchkey.env.example'));
    const config = async () =>
      runProgram(program, ['--file', 'compose.yaml', 'config', '--format=json'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
      });
    const { code, output } = await config();
    expect([code, output]).toEqual([0, expect.stringMatching(/^\{/)]);
    const { services, secrets } = JSON.parse(output) as Compose;
    expect(Object.keys(services).sort()).toEqual(['balancer', 'database', 'portal-1', 'portal-2', 'prepare-database']);
    for (const [name, service] of Object.entries(services)) {
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.user, name).toMatch(/^\d+:\d+$/);
      expect(service.read_only ?? false, name).toBe(name !== 'database');
      // A service gets each secret as a file, and it uses each that it gets.
      const used = [...JSON.stringify(service).matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, secret]) => secret!);
      const got = service.secrets.map(({ source }) => source);
      if (!['balancer', 'database'].includes(name)) expect(got.toSorted(), name).toEqual([...new Set(used)].toSorted());
      for (const secret of got) expect(secrets[secret]?.file).toBe(join(folder, 'compose/secrets', secret));
    }
    // The other services have our own image.
    for (const name of ['balancer', 'database']) expect(services[name]!.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    // HAProxy's file and TRUSTED_PROXIES have the same addresses.
    const addressOf = (name: string) => services[name]!.networks['inside']!.ipv4_address;
    const haproxy = read('compose/haproxy.cfg');
    for (const name of ['portal-1', 'portal-2']) {
      expect(haproxy).toContain(` ${addressOf(name)}:3000\n`);
      expect(services[name]!.environment['TRUSTED_PROXIES']).toBe(addressOf('balancer'));
    }
    writeFileSync(join(folder, 'compose.yaml'), read('compose.yaml').replace('read_only:', 'readonly:'));
    expect(await config()).toMatchObject({ code: expect.any(Number), output: expect.stringContaining('readonly') });
  },
);

test('HAProxy’s file for compose.yaml is that of Debian, without what a container has not', () => {
  const compared = (text: string) =>
    text
      .replace(/^#.*\n/gm, '')
      // Compose sets user, folder and log. The metrics would be in another network.
      .replace(/^ {4}(?:user|group|chroot|stats|log (?:\/dev|stdout)|# For commands).*\n/gm, '')
      .replace(/\nfrontend metrics\n(?: .*\n)+/, '')
      .replace(/^ {4}server .*\n/gm, '')
      .replace(/ crt \S+/, '');
  const [compose, debian] = [read('compose/haproxy.cfg'), read('haproxy.cfg')];
  expect(compared(compose)).toBe(compared(debian));
  expect(compared(compose.replace('option redispatch 1', 'option redispatch'))).not.toBe(compared(debian));
});

test('HAProxy’s file gives up root, and logs no address', () => {
  const file = read('haproxy.cfg');
  for (const line of ['user haproxy', 'group haproxy', 'chroot /var/lib/haproxy'])
    expect(file).toContain(`    ${line}\n`);
  // Request line, path, query, referrer.
  expect(/^ {4}log-format "(.*)"$/m.exec(file)?.[1]).not.toMatch(/%(?:r|HP|HPO|HU|HQ|hr|hs|\[)\b/);
});

test('the page for balancers runs nothing, and loads nothing', () => {
  const [head, page] = read('latchkey-503.http').split('\n\n<!doctype html>') as [string, string];
  expect(head).toMatch(/^HTTP\/1\.1 503 /);
  expect(head).toContain("Content-Security-Policy: default-src 'none';");
  expect(head).toContain('Cache-Control: no-store');
  expect(page).not.toMatch(/<script|<style|<img|style=|src=/);
});

test.skipIf(!findProgram('haproxy'))('HAProxy takes its file for compose.yaml and the page for balancers', async () => {
  const program = findProgram('haproxy')!;
  const { certificates } = await import('#testing/certificates.ts');
  const certificate = join(folder, 'both.pem');
  writeFileSync(certificate, `${certificates.good.cert}\n${certificates.good.key}\n`);
  const file = join(folder, 'haproxy.cfg');
  const page = join(folder, 'latchkey-503.http');
  const text = read('compose/haproxy.cfg')
    .replace('/run/secrets/certificate.pem', certificate)
    .replace('#errorfile 503 /etc/haproxy/latchkey-503.http', `errorfile 503 ${page}`);
  expect(text).toContain(page);
  writeFileSync(file, text);
  writeFileSync(page, read('latchkey-503.http'));
  const check = () => runProgram(program, ['-c', '-f', file]);
  expect(await check()).toEqual({ code: 0, output: expect.not.stringMatching(/warning|alert/i) });
  writeFileSync(page, 'no answer');
  expect((await check()).code).not.toBe(0);
});

test.skipIf(!findProgram('psql'))('compose.yaml: its scripts make the secrets, the roles and the tables', async () => {
  cpSync(join(deploy, 'compose'), join(folder, 'made'), { recursive: true });
  const run = (file: string, settings: Record<string, string> = {}) =>
    runProgram('sh', [join(folder, 'made', file)], { env: { PATH: process.env['PATH'], ...settings } });
  expect(await run('make-secrets.sh')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/(?:still missing.*\n){4}/),
  });
  const secrets = join(folder, 'made/secrets');
  const contents = () => readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
  const made = contents();
  expect(made).toHaveLength(7);
  for (const [name] of made) expect(statSync(join(secrets, name!)).mode & 0o777).toBe(0o600);
  await run('make-secrets.sh');
  expect(contents()).toEqual(made);
  const server = await startPostgres();
  try {
    const place = { POSTGRES_USER: 'postgres', PGHOST: '127.0.0.1', PGPORT: String(server.port), SECRETS: secrets };
    expect(await run('create-roles.sh', place)).toEqual({ code: 0, output: '' });
    const owner = readFileSync(join(secrets, 'database-owner-url'), 'utf8').replace(
      'database:5432',
      `127.0.0.1:${server.port}`,
    );
    const file = join(root, 'src/operator/prepare-database/prepare-database.ts');
    const words = ['--disable-warning=ExperimentalWarning', file, '--role', 'latchkey'];
    const prepared = await runProgram(process.execPath, words, { cwd: root, env: { DATABASE_URL: owner.trim() } });
    expect(prepared).toEqual({ code: 0, output: expect.stringMatching(/latchkey may use the \d+ of them/) });
  } finally {
    await server.remove();
  }
});

test.skipIf(!findProgram('systemd-analyze'))(
  'latchkey.service: systemd takes it, and finds it well confined',
  async () => {
    const program = findProgram('systemd-analyze')!;
    // The unit's programs are not on this machine.
    const unit = read('systemd/latchkey.service')
      .replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`)
      .replace(/^WorkingDirectory=.*$/m, `WorkingDirectory=${folder}`)
      .replace('User=latchkey', 'User=root');
    const file = join(folder, 'latchkey.service');
    const verify = async (text: string) => {
      writeFileSync(file, text);
      return (await runProgram(program, ['verify', '--man=no', '--recursive-errors=no', file])).output;
    };
    expect(await verify(unit)).toBe('');
    expect(await verify(unit.replace('ProtectHome=', 'ProtectHouse='))).toMatch(/ProtectHouse/);
    // With HOST 0.0.0.0, Fastify lists the interfaces' addresses, and fails if that is forbidden.
    expect(unit).toMatch(/^RestrictAddressFamilies=.*\bAF_NETLINK\b/m);
    writeFileSync(file, read('systemd/latchkey.service'));
    const security = await runProgram(program, ['security', '--offline=true', '--threshold=20', '--no-pager', file]);
    // 0 is the safest exposure, 10 the worst. `--threshold` is in tenths.
    expect(security.code, security.output.split('\n').at(-2)).toBe(0);
  },
);

test('each setting in the example files exists, and secrets are files', () => {
  const settings = [...read('../docs/settings.md').matchAll(/^\| (`[A-Z_`, ]+`) \|/gm)].flatMap(([, names]) =>
    names!.replaceAll('`', '').split(', '),
  );
  const named = [
    ...['compose/latchkey.env.example', 'kubernetes/overlays/production/latchkey.env', 'systemd/latchkey.env.example'],
    ...['compose.yaml', 'kubernetes/base/deployment.yaml', 'kubernetes/prepare-database/job.yaml'],
  ].flatMap((file) => [
    ...read(file).matchAll(/^([A-Z_]+)=(.*)$/gm),
    ...read(file).matchAll(/^ +([A-Z][A-Z_]+): (.*)$/gm),
    ...read(file).matchAll(/\{ name: ([A-Z_]+), value: (.*) \}/g),
  ]);
  const ours = named
    .map(([, name, value]) => ({ name: name!, value: value! }))
    .filter(({ name }) => !name.startsWith('POSTGRES_'));
  expect(ours.length).toBeGreaterThan(25);
  expect(ours.filter(({ name }) => !settings.includes(name))).toEqual([]);
  const secrets = ours.filter(({ name }) =>
    ['OKTA_SERVICE_PRIVATE_KEY', 'AUDIT_SIGNING_KEY', ...secretSettings].includes(name),
  );
  for (const { name, value } of secrets) expect(value, name).toMatch(/^'?@\/(?:run|etc\/latchkey)\/secrets\//);
});

type Manifest = { apiVersion: string; kind: string; metadata: { namespace?: string } };

/** Fields that Kubernetes does not know, and values of another type. */
async function wrongFields(manifests: readonly Manifest[]): Promise<string[]> {
  const place = mkdtempSync(join(folder, 'types-'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
  const lines = manifests.map(
    (one, index) =>
      `export const m${index}: import('kubernetes-models/${one.apiVersion}').I${one.kind} = ${JSON.stringify(one)};`,
  );
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  writeFileSync(join(place, 'manifests.ts'), lines.join('\n'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '', '--pretty', 'false'];
  const { output } = await runProgram(process.execPath, [tsc, ...flags, 'manifests.ts'], { cwd: place });
  return output.split('\n').filter((line) => line.startsWith('manifests.ts'));
}

test.skipIf(!findProgram('kustomize'))('kubernetes: kustomize builds each overlay', async () => {
  const program = findProgram('kustomize')!;
  const build = async (path: string) => {
    const { code, output } = await runProgram(program, ['build', join(deploy, 'kubernetes', path)]);
    expect([code, output]).toEqual([0, expect.stringContaining('apiVersion')]);
    return output.split(/^---$/m).map((text) => parse(text) as Manifest);
  };
  const [production, single, job] = await Promise.all(
    ['overlays/production', 'overlays/single', 'prepare-database'].map(build),
  );
  const kinds = (objects: Manifest[]) =>
    objects
      .map(({ kind }) => kind)
      .sort()
      .join(' ');
  expect(kinds(production!)).toBe(
    'ConfigMap Deployment HorizontalPodAutoscaler Ingress NetworkPolicy PodDisruptionBudget Service Service ServiceAccount',
  );
  expect(kinds(single!)).toBe(
    'ConfigMap Deployment Ingress NetworkPolicy PersistentVolumeClaim Service Service ServiceAccount',
  );
  expect(kinds(job!)).toBe('Job');
  const all = [...production!, ...single!, ...job!];
  expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['latchkey']));
  const deployment = (objects: Manifest[]) => JSON.stringify(objects.find(({ kind }) => kind === 'Deployment'));
  expect(deployment(single!)).not.toContain('DATABASE_URL');
  expect(deployment(single!)).toContain('"strategy":{"type":"Recreate"}');
  const many = deployment(production!);
  expect(many).toContain('"image":"registry.example.com/latchkey:0.2.0"');
  expect(many).not.toMatch(/"replicas":/);

  const planted = (what: string, by: string) => JSON.parse(many.replace(what, by)) as Manifest;
  const wrong = await wrongFields([
    ...all,
    planted('"failureThreshold":60', '"failureThreshold":"often"'),
    planted('"readinessProbe"', '"readyProbe"'),
  ]);
  const line = (number: number) => expect.stringMatching(new RegExp(`^manifests\\.ts\\(${number},`));
  expect(wrong).toEqual([line(all.length + 1), line(all.length + 2)]);
});
