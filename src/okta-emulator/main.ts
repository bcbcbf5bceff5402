/**
 * Runs only the emulator: `npm run emulator`. Prints the settings that a portal needs, and stops cleanly on SIGINT and
 * SIGTERM. For invalid settings or a port in use, prints one line per reason and exits with code 1.
 */
import { parseArgs } from 'node:util';
import pino from 'pino';
import { createClock } from '#clock';
import { readSettings } from './settings.ts';
import { startEmulator } from './start.ts';

function fail(...lines: string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

try {
  parseArgs();
} catch (error) {
  fail((error as Error).message);
}
const { settings, wrong } = readSettings(process.env);
if (wrong.length > 0) fail(...wrong);

const emulator = await startEmulator({
  ...settings,
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
