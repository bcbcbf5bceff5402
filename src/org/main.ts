/**
 * Starts the embedded org alone: `npm run org`. Prints what a portal needs to know, and ends cleanly on SIGINT and
 * SIGTERM. Exit code 1, with one line a reason, for wrong settings and for a taken port.
 */
import pino from 'pino';
import { createClock } from '#clock';
import { readSettings } from './settings.ts';
import { startOrg } from './start.ts';

function fail(...lines: string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

const { settings, wrong } = readSettings(process.env);
if (wrong.length > 0) fail(...wrong);

const org = await startOrg({
  ...settings,
  clock: createClock(),
  log: pino({ level: 'warn' }, pino.destination(2)),
}).catch((error: NodeJS.ErrnoException) =>
  fail(
    error.code === 'EADDRINUSE'
      ? `Port ${settings.port} is taken. Set ORG_PORT to another one.`
      : `The org cannot start: ${error.message}`,
  ),
);

console.log(
  [
    `org:           ${org.url} (${settings.engine})`,
    `issuer:        ${org.issuer}`,
    `client id:     ${org.clientId}`,
    `client secret: ${org.clientSecret}`,
    `API token:     ${org.apiToken}`,
    `service app:   ${org.serviceApp.clientId}, key in ${org.serviceApp.file}`,
    `people:        ${org.people.map(({ login }) => login).join(', ')}`,
    `password:      ${org.password}`,
    `desk:          ${org.deskUrl}`,
    `mail:          ${org.smtpUrl}`,
  ].join('\n'),
);

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    org.close().then(
      () => process.exit(0),
      (error: Error) => fail(`The org did not end cleanly: ${error.message}`),
    );
  });
}
