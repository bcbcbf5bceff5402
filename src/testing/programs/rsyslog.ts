import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { authority, certificates } from '../certificates.ts';
import { endWithUs } from '../end-with-us.ts';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const program = folders.map((folder) => join(folder, 'rsyslogd')).find(existsSync);

/** Whether this machine has rsyslog with its TLS driver of OpenSSL. */
export const hasRsyslog = program !== undefined && globSync('/usr/lib/*/rsyslog/lmnsd_ossl.so').length > 0;

/** What rsyslog understood of a message comes before it, so that a test sees that it was parsed. */
const FORMAT = [
  'protocol-version',
  'syslogfacility-text',
  'syslogseverity-text',
  'timereported:::date-rfc3339',
  'hostname',
  'app-name',
  'msgid',
  'structured-data',
  'msg',
]
  .map((property) => `%${property}%`)
  .join(' ');

const configurationOf = (folder: string, port: number) => `
global(
  workDirectory="${folder}" maxMessageSize="64k"
  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${folder}/ca.pem"
  defaultNetstreamDriverCertFile="${folder}/cert.pem" defaultNetstreamDriverKeyFile="${folder}/key.pem"
)
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="${port}")
template(name="whole" type="string" string="${FORMAT}\\n")
action(type="omfile" file="${folder}/received.log" template="whole" asyncWriting="off" flushOnTXEnd="on")
`;

export type Rsyslog = {
  /** The lines that it wrote. */
  lines(): string[];
  /** The file with them. */
  file: string;
  start(): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  remove(): Promise<void>;
};

/** Prepares an rsyslog that takes syslog over TLS on a port of loopback, as `localhost`. It writes one file. */
export function prepareRsyslog(port: number): Rsyslog {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-rsyslog-'));
  const file = join(folder, 'received.log');
  writeFileSync(join(folder, 'ca.pem'), `${authority}\n`);
  writeFileSync(join(folder, 'cert.pem'), `${certificates.good.cert}\n`);
  writeFileSync(join(folder, 'key.pem'), `${certificates.good.key}\n`);
  writeFileSync(join(folder, 'rsyslog.conf'), configurationOf(folder, port));
  let child: ReturnType<typeof spawn> | null = null;

  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    child = null;
  }
  return {
    file,
    lines: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []),
    async start() {
      const args = ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', 'NONE'];
      const started = endWithUs(spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
      child = started;
      let said = '';
      started.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4000)));
      for (const until = Date.now() + 20_000; !(await isOpen());) {
        if (started.exitCode !== null || Date.now() > until) throw new Error(`rsyslog does not listen: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    end,
    async remove() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
