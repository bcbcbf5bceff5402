/**
 * `npm run migrate-store [-- --key FILE]`: moves the portal's store from the SQLite file in `DATA_DIR` into the
 * PostgreSQL database of `DATABASE_URL`, and verifies it there. The file stays as it is. The exit code is 0 when
 * everything was moved, else 1, and then nothing was.
 */
import { parseArgs } from 'node:util';
import { MissingStoreError } from '#bff/platform/store/open.ts';
import { SchemaVersionError, isUnusable } from '#database/errors.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { placeOf } from '#bff/config/place.ts';
import { MissingKeyError, verifyingKeys } from '#bff/records/audit-log/key-settings.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { moveStore, MoveRefusal } from './move-store.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => value.toLocaleString('en');

async function migrateStore(): Promise<void> {
  const { values } = parseArgs({ options: { key: { type: 'string', multiple: true } } });
  const { dataDir, database } = placeOf(process.env);
  if (!database) throw new MoveRefusal('DATABASE_URL is not set: it says where the store goes to');
  const keys = verifyingKeys(values.key ?? [], dataDir, process.env['AUDIT_SIGNING_KEY']);
  const begun = performance.now();
  let shown: Progress | undefined;
  const { tables, nuls } = await moveStore({
    place: { dataDir, database },
    keys,
    progress: (rows, of) => (shown ??= showProgress('rows', of)).done(rows),
  });
  shown?.end();
  for (const { name, count } of tables) if (count > 0) say(`${name}: ${number(count)} ${count === 1 ? 'row' : 'rows'}`);
  const total = tables.reduce((sum, { count }) => sum + count, 0);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(
    `Moved ${number(total)} rows of ${tables.length} tables into ${database.database} at ${database.host}:${database.port} in ${seconds} s. Each table has the same digest on both sides, and the audit log holds.`,
  );
  if (nuls > 0) say(`${number(nuls)} texts had a NUL, which PostgreSQL cannot store: it became U+FFFD there.`);
  say(
    `The tables belong to ${database.user}. Let the portals have another role: run prepare-database with this DATABASE_URL and --role, and start them with that role's DATABASE_URL, and with the same SESSION_SECRET and AUDIT_SIGNING_KEY. Where they are not set, as in the demo, they are files in ${dataDir}: keep that folder and DATA_DIR. The SQLite file was not changed.`,
  );
}

try {
  await migrateStore();
} catch (error) {
  const isUserFacing = [MoveRefusal, MissingKeyError, MissingStoreError, SchemaVersionError, ConfigError].some(
    (kind) => error instanceof kind,
  );
  if (!isUserFacing && !isUnusable(error)) throw error;
  const advice = isUserFacing ? '' : ' (the database or the file cannot be used)';
  process.stderr.write(`${(error as Error).message}${advice}. Nothing was moved.\n`);
  process.exitCode = 1;
}
