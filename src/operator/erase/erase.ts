/**
 * `npm run erase -- <login or user id> [--ticket T]`: erases a person's values from the audit log and from
 * `AUDIT_ARCHIVE`, and what else the store has of them. Both still verify. It works beside a running portal, and adds
 * rows by `operator:<local user>`. The exit code is 0 when it is done, else 1.
 */
import { parseArgs } from 'node:util';
import { reasonOf } from '#database/errors.ts';
import { onStore, operatorOf } from '../program/operator.ts';
import { personCalled } from '../program/person.ts';
import { createLock } from '#bff/platform/store/lock.ts';
import { lastSegment } from '#bff/records/audit-log/head.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { EraseRefusal, erasePerson } from './erase-person.ts';
import { dropDeletedBytes } from './forget-person.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function run(): Promise<string> {
  const { values, positionals } = parseArgs({ options: { ticket: { type: 'string' } }, allowPositionals: true });
  const [named] = positionals;
  if (named === undefined) throw new EraseRefusal('whom? npm run erase -- <login or user id>');
  return onStore(async ({ store, clock, place }) => {
    const folder = process.env['AUDIT_ARCHIVE'] || null;
    if (folder === null && (await lastSegment(store)))
      throw new EraseRefusal('rows of the log went to an archive: name its folder in AUDIT_ARCHIVE');
    const userId = await personCalled(store, named);
    const { rows, archived } = await erasePerson(userId, {
      ...{ store, clock, folder, lock: createLock(store, clock, pause), ticket: values.ticket ?? null },
      keys: signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']),
      actor: operatorOf('npm run erase'),
    });
    const bytesLeft = await dropDeletedBytes(store).then(
      () => '',
      (error: unknown) =>
        `, and bytes of them in the file of the store (${reasonOf(error)}): stop the portal and repeat with ${userId}`,
    );
    const gone = archived > 0 ? ` and ${archived} of the archive` : '';
    return `Values of ${rows} rows${gone} were erased. What a receiver of AUDIT_SINK, exports and backups have is still there${bytesLeft}.`;
  });
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
