import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from '../certificates.ts';
import { endWithUs } from '../end-with-us.ts';
import { freePort } from '../free-port.ts';
import { findProgram, runProgram } from '../programs/find-program.ts';

const examples = join(import.meta.dirname, '../../../deploy');
const files = { haproxy: 'haproxy.cfg', nginx: 'nginx.conf', caddy: 'Caddyfile' };
export type BalancerName = keyof typeof files;

export const balancerNames = (Object.keys(files) as BalancerName[]).filter((name) => findProgram(name) !== undefined);

export const hasBalancers = balancerNames.includes('haproxy') && balancerNames.includes('nginx');

/** `listen` and `unencrypted`: the balancer's ports. `tls`: whether `listen` serves TLS. */
type Places = { listen: number; unencrypted: number; portals: readonly number[]; tls: boolean };

/** Throws if the numbers of matches and replacements differ. */
function replaceEach(text: string, pattern: RegExp, replacements: readonly string[]): string {
  let next = 0;
  const replaced = text.replace(pattern, () => replacements[next++] ?? '');
  if (next !== replacements.length)
    throw new Error(`the example has ${next} of ${pattern}, not ${replacements.length}`);
  return replaced;
}

const writers = {
  haproxy(text: string, folder: string, places: Places | null) {
    const certificate = join(folder, 'both.pem');
    writeFileSync(certificate, `${certificates.good.cert}\n${certificates.good.key}\n`);
    if (places === null) return text.replaceAll('/etc/haproxy/latchkey.pem', certificate);
    const bound = replaceEach(text, /^ {4}bind :.*$/gm, [
      `    bind 127.0.0.1:${places.unencrypted}`,
      `    bind 127.0.0.1:${places.listen}${places.tls ? ` ssl crt ${certificate} alpn h2,http/1.1` : ''}`,
    ]);
    const names = ['one', 'two', 'three'];
    const servers = names.map((name, index) => {
      const port = places.portals[index];
      return port === undefined ? '' : `    server ${name} 127.0.0.1:${port}`;
    });
    // Only root may use these settings.
    const own = replaceEach(bound, /^ {4}(?:user|group|chroot|log \/dev).*\n/gm, ['', '', '', '']);
    const socket = replaceEach(own, /\/run\/haproxy\/admin\.sock/g, [join(folder, 'admin.sock')]);
    const metrics = replaceEach(socket, /127\.0\.0\.1:8405/g, [join(folder, 'metrics.sock')]);
    // Each connection needs two file descriptors, and a machine may allow a process only a thousand.
    return replaceEach(metrics, /^ {4}server .*$/gm, servers).replace('maxconn 8000', 'maxconn 400\n    nbthread 1');
  },
  nginx(text: string, folder: string, places: Places | null) {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(certificate, certificates.good.cert);
    writeFileSync(key, certificates.good.key);
    // Only root may write to nginx's default folders.
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `    ${kind}_temp_path ${folder}/${kind};`,
    );
    const whole = text
      .replaceAll('/etc/nginx/latchkey.crt', certificate)
      .replaceAll('/etc/nginx/latchkey.key', key)
      .replaceAll('/var/log/nginx', folder)
      .replace('http {', `http {\n${own.join('\n')}`);
    if (places === null) return whole;
    const listening = replaceEach(whole, /^ {8}listen .*$/gm, [
      `        listen 127.0.0.1:${places.unencrypted};`,
      `        listen 127.0.0.1:${places.listen}${places.tls ? ' ssl' : ''};`,
    ]);
    const servers = [0, 1, 2].map((index) => {
      const port = places.portals[index];
      return port === undefined ? '' : `        server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`;
    });
    return replaceEach(listening, /^ {8}server .*$/gm, servers).replace('worker_processes auto', 'worker_processes 1');
  },
  caddy(text: string, folder: string, places: Places | null) {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(certificate, certificates.good.cert);
    writeFileSync(key, certificates.good.key);
    const encrypts = places === null || places.tls;
    const tls = replaceEach(text, /^\ttls .*$/gm, [encrypts ? `\ttls ${certificate} ${key}` : '']);
    if (places === null) return tls;
    const portals = places.portals.map((port) => `127.0.0.1:${port}`).join(' ');
    const name = places.tls ? `https://localhost:${places.listen}` : `http://:${places.listen}`;
    const site = replaceEach(tls, /^portal\.example\.com \{$/gm, [`${name} {\n\tbind 127.0.0.1`]).replace(
      'admin off',
      'admin off\n\tauto_https disable_redirects',
    );
    const tcp = replaceEach(site, /^\tservers \{$/gm, ['\tservers {\n\t\tprotocols h1 h2']);
    return replaceEach(tcp, /(?<=^\treverse_proxy )10\.[^{]*(?=\{)/gm, [`${portals} `]);
  },
};

const createArguments = {
  haproxy: (file: string) => ({ check: ['-c', '-f', file], run: ['-db', '-f', file] }),
  nginx(file: string) {
    const base = ['-e', 'stderr', '-c', file, '-g', `daemon off; pid ${file}.pid;`];
    return { check: ['-t', ...base], run: base };
  },
  caddy(file: string) {
    const base = ['--adapter', 'caddyfile', '--config', file];
    return { check: ['validate', ...base], run: ['run', ...base] };
  },
};
/** Caddy writes its data to `HOME`. */
const envIn = (folder: string) => ({ PATH: process.env['PATH'], HOME: folder });

/** Without TLS, the session cookie has another name. */
const withCookie = (text: string, places: Places | null) =>
  places === null || places.tls ? text : replaceEach(text, /__Host-latchkey/g, [`latchkey-${places.listen}`]);

/** Without `places`, changes only the certificate. */
function writeExample(name: BalancerName, folder: string, places: Places | null, change = (text: string) => text) {
  const file = join(folder, name);
  const text = change(readFileSync(join(examples, files[name]), 'utf8'));
  writeFileSync(file, writers[name](withCookie(text, places), folder, places));
  return file;
}

export async function checkExample(
  name: BalancerName,
  change?: (text: string) => string,
): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-balancer-'));
  try {
    const file = writeExample(name, folder, null, change);
    return await runProgram(findProgram(name)!, createArguments[name](file).check, { env: envIn(folder) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Balancer = {
  port: number;
  folder: string;
  logged(): string;
  stop(): Promise<void>;
};

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });

/** `portals`: up to three ports. `tls`: whether the balancer serves HTTPS for `localhost`. */
export async function startBalancer(
  name: BalancerName,
  port: number,
  portals: readonly number[],
  { tls = false, change }: { tls?: boolean; change?: (text: string) => string } = {},
): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-balancer-'));
  const file = writeExample(name, folder, { listen: port, unencrypted: await freePort(), portals, tls }, change);
  const child: ChildProcess = endWithUs(
    spawn(findProgram(name)!, createArguments[name](file).run, {
      env: envIn(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-100_000)));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + 20_000; !(await isOpen(port));) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`${name} does not listen: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const logged = () =>
    ['access.log', 'error.log']
      .flatMap((log) => {
        const path = join(folder, log);
        return existsSync(path) ? [readFileSync(path, 'utf8')] : [];
      })
      .concat(said)
      .join('\n');
  return { port, folder, logged, stop };
}
