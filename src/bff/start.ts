import pino, { type Logger } from 'pino';
import { isUnusable, getReason, SchemaVersionError } from '#database/errors.ts';
import { FolderError } from '#database/make-folder.ts';
import { readConfig, type Config } from './config/config.ts';
import { ConfigError } from './platform/env/config-error.ts';
import { logMessage } from './platform/lifecycle/log-messages.ts';
import { builtCommit, version } from './platform/lifecycle/version.ts';
import { ForeignHeadError } from './records/audit-log/audit-log.ts';

const supervised = process.env['NODE_ENV'] === 'production';

export function failStart(...lines: string[]): never {
  const reason = lines.map((line) => line.trim()).join(' ');
  if (supervised) logMessage(pino(pino.destination({ dest: 2, sync: true })), 'the start failed', { reason });
  else for (const line of lines) console.error(line);
  process.exit(1);
}

export function readConfigOrFail(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    failStart('These settings are wrong:', ...error.faults.map((fault) => `  ${fault}`));
  }
}

export function failStartBy(error: unknown, { metrics, demo }: Config, logger: Logger): never {
  if (error instanceof SchemaVersionError) failStart(error.message);
  if (error instanceof ForeignHeadError)
    failStart(
      `${error.message}.`,
      'Run `latchkey audit:verify`. After a rotation, AUDIT_SIGNING_KEY still needs the key before: NEW,OLD (docs/audit-log.md).',
    );
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const settings = { [metrics?.port ?? -1]: 'METRICS_PORT', [demo?.port ?? -1]: 'EMULATOR_PORT' };
  if (code === 'EADDRINUSE') failStart(`Port ${port} is taken. Set ${settings[port!] ?? 'PORT'} to another one.`);
  if (error instanceof FolderError) failStart(`DATA_DIR is wrong: ${error.message}`);
  if (isUnusable(error)) failStart(`The store cannot be used: ${getReason(error)}`);
  logMessage(logger, 'the start failed', { err: error });
  process.exit(1);
}

type Demo = { people: { login: string }[]; password: string; simulatorUrl: string };
export function announceStart(url: string, startedAt: number, demo: Demo | null, always: Logger): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const commit = builtCommit();
  if (supervised) return always.info({ version, commit, url, seconds: Number(seconds) }, 'started');
  const people = demo && [
    `people:    ${demo.people.map(({ login }) => login).join(', ')}`,
    `password: ${demo.password}`,
    `simulator: ${demo.simulatorUrl} (their phone and inbox)`,
  ];
  const lines = [`version:   ${version} (${commit})`, `up in ${seconds} s; Ctrl-C ends it`];
  console.log(['', `Latchkey:  ${url}`, ...(people ?? []), ...lines].join('\n'));
}
