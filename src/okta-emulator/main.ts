/**
 * Runs the emulator alone: `npm run emulator`, with `-- --people FILE` also with the people of a file. Prints what a
 * portal needs, and ends cleanly on SIGINT and SIGTERM. For invalid settings, a fault in the file or a taken port it
 * prints one line per reason and exits with code 1.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { createClock } from '#clock';
import { readSettings } from './settings.ts';
import { readCrowd, type Crowd } from './seed/people-file.ts';
import { startEmulator } from './start.ts';

function fail(...lines: string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

const { settings, wrong } = readSettings(process.env);
if (wrong.length > 0) fail(...wrong);

/** The people of the file that `--people` names; undefined without it. */
function crowdOf(args: string[]): Crowd | undefined {
  let file: string | undefined;
  try {
    file = parseArgs({ args, options: { people: { type: 'string' } } }).values.people;
    return file === undefined ? undefined : readCrowd(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(file === undefined ? (error as Error).message : `${file}: ${(error as Error).message}`);
  }
}

const crowd = crowdOf(process.argv.slice(2));
const emulator = await startEmulator({
  ...settings,
  crowd,
  clock: createClock(),
  log: pino({ level: 'warn' }, pino.destination(2)),
}).catch((error: NodeJS.ErrnoException & { port?: number }) => {
  const { code, port, message } = error;
  const setting = port === settings.smtpPort ? 'EMULATOR_SMTP_PORT' : 'EMULATOR_PORT';
  return fail(
    code === 'EADDRINUSE'
      ? `Port ${port} is taken. Set ${setting} to another one.`
      : `The emulator cannot start: ${message}`,
  );
});

console.log(
  [
    `emulator:      ${emulator.url} (${settings.engine})`,
    `issuer:        ${emulator.issuer}`,
    `client id:     ${emulator.clientId}`,
    `client secret: ${emulator.clientSecret}`,
    `API token:     ${emulator.apiToken}`,
    `service app:   ${emulator.serviceApp.clientId}, key in ${emulator.serviceApp.file}`,
    `groups:        ${Object.entries(emulator.groups)
      .map(([name, id]) => `${name} ${id}`)
      .join(', ')}`,
    `people:        ${emulator.people.map(({ login }) => login).join(', ')}`,
    ...(crowd ? [`of the file:   ${crowd.people.length} people, ${crowd.groups.length} groups`] : []),
    `password:      ${emulator.password}`,
    `simulator:     ${emulator.simulatorUrl}`,
    `mail:          ${emulator.smtpUrl}`,
  ].join('\n'),
);

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    emulator.close().then(
      () => process.exit(0),
      (error: Error) => fail(`The emulator did not end cleanly: ${error.message}`),
    );
  });
}
