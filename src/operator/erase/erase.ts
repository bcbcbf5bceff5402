/**
 * `latchkey erase <login or user id> [--ticket T]`: erases a person's values from the audit log, and the person's other
 * data from the store. `latchkey audit:verify` still accepts the log. Portals may run at the same time. The command
 * adds rows to the log. Their actor is `operator:<local user>`. The exit code is 0 on success, else 1.
 */
import { parseArgs } from 'node:util';
import { getReason } from '#database/errors.ts';
import { onStore, readOperator } from '../program/operator.ts';
import { personCalled } from '../program/person.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { EraseRefusal, erasePerson } from './erase-person.ts';
import { dropDeletedBytes } from './forget-person.ts';

async function run(): Promise<string> {
  const { values, positionals } = parseArgs({ options: { ticket: { type: 'string' } }, allowPositionals: true });
  const [named] = positionals;
  if (named === undefined) throw new EraseRefusal('whom? latchkey erase <login or user id>');
  return onStore(async ({ store, clock, place }) => {
    const userId = await personCalled(store, named);
    const rows = await erasePerson(userId, {
      ...{ store, clock, ticket: values.ticket ?? null },
      keys: signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']),
      actor: readOperator('latchkey erase'),
    });
    const bytesLeft = await dropDeletedBytes(store).then(
      () => '',
      (error: unknown) =>
        `, and bytes of them in the file of the store (${getReason(error)}): stop the portal and repeat with ${userId}`,
    );
    return `Values of ${rows} rows were erased. What a receiver of AUDIT_SINK, exports and backups have is still there${bytesLeft}.`;
  });
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(`${getReason(error)}\n`);
  process.exitCode = 1;
}
