/**
 * `latchkey prepare-database [--role ROLE …]`: creates the tables in the PostgreSQL database of `DATABASE_URL`, or
 * brings them to this version. Each `--role` (the role of a portal) gets only the rights that portals need. These
 * rights allow adding rows to the audit log, but not changing them. The command may run again, also while portals run.
 * The exit code is 0 on success, else 1.
 */
import { parseArgs } from 'node:util';
import { isUnusable, getReason, SchemaVersionError } from '#database/errors.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { readPlace } from '#bff/config/place.ts';
import { openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { grantToPortals, PrepareRefusal } from './grant.ts';

/** The progress is printed again after this time, even if nothing changed. */
const AGAIN_MS = 1000;

/** Shows the progress, because a migration that builds an index may take minutes. */
async function openShowing(place: StorePlace): Promise<Store> {
  let shown: Progress | undefined;
  let applied = 0;
  const again = setInterval(() => shown?.done(applied), AGAIN_MS);
  try {
    return await openStore(place, {
      progress(done, of) {
        applied = done;
        shown ??= showProgress('migrations', of);
      },
    });
  } finally {
    clearInterval(again);
    shown?.end();
  }
}

async function prepare(): Promise<string> {
  const { values } = parseArgs({ options: { role: { type: 'string', multiple: true, default: [] } } });
  const { dataDir, database } = readPlace(process.env);
  if (!database) throw new PrepareRefusal('DATABASE_URL is not set: it names the database and the owner of its tables');
  const store = await openShowing({ dataDir, database });
  try {
    const where = `The tables in ${database.database} at ${database.host}:${database.port} are those of this version`;
    let tables = 0;
    for (const role of values.role) tables = await grantToPortals(store, role);
    if (tables === 0) return `${where}.`;
    return `${where}. ${values.role.join(' and ')} may use the ${tables} of them, and only add to the audit log.`;
  } finally {
    await store.destroy();
  }
}

try {
  process.stdout.write(`${await prepare()}\n`);
} catch (error) {
  const isUserFacing = [PrepareRefusal, SchemaVersionError, ConfigError].some((kind) => error instanceof kind);
  if (!isUserFacing && !isUnusable(error)) throw error;
  const unusable = `The database cannot be used: ${getReason(error)}. Doctor says what to change, with this DATABASE_URL`;
  process.stderr.write(`${isUserFacing ? (error as Error).message : unusable}\n`);
  process.exitCode = 1;
}
