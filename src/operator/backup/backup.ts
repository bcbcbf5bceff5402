/**
 * `npm run backup -- FILE`: copies the portal's store in `DATA_DIR` into a new file, while portals run. It prints the
 * copy's end of the audit log as a checkpoint. For a store in PostgreSQL it prints how to call `pg_dump`. The exit code
 * is 0 when there is a backup, else 1.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isUnusable, reasonOf, SchemaVersionError } from '#database/errors.ts';
import { openSqlite } from '#database/open.ts';
import { checkpointOf } from '#bff/records/audit-log/checkpoint.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { rowOutside } from '#bff/records/audit-log/pruned.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { placeOf } from '#bff/config/place.ts';
import { migrations } from '#bff/platform/store/create-tables.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { describeTampering } from '../audit-verify/verify-log.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { copySqlite, deleteFile, unfinishedOf } from './sqlite-file.ts';

class Refusal extends Error {}

const MEGABYTE = 1_000_000;

async function backUp(): Promise<string> {
  const [given] = parseArgs({ allowPositionals: true }).positionals;
  const { dataDir, database } = placeOf(process.env);
  if (!given) throw new Refusal('into which file? npm run backup -- FILE');
  if (database) {
    const { user, host, port, database: name } = database;
    throw new Refusal(
      `the store is in PostgreSQL, whose own program makes the backup while portals run:\n  pg_dump --format=custom --file=${given} "postgres://${user}@${host}:${port}/${name}"`,
    );
  }
  const to = resolve(given);
  const file = join(dataDir, 'portal.sqlite');
  if (!existsSync(file)) throw new Refusal(`there is no portal's store in ${dataDir}: set DATA_DIR`);
  if (existsSync(to)) throw new Refusal(`${to} exists already: name a new file`);
  if (existsSync(unfinishedOf(to)))
    throw new Refusal(`${unfinishedOf(to)} exists: another backup writes it, or one was killed; then delete it`);
  let shown: Progress | undefined;
  await copySqlite(file, to, (bytes, of) =>
    (shown ??= showProgress('megabytes', of / MEGABYTE)).done(bytes / MEGABYTE),
  );
  shown?.end();
  const copy = await openSqlite<Tables>({ file: to, migrations, existing: 'read' });
  const head = await readHead(copy as never);
  const outside = await rowOutside(copy as never);
  await copy.destroy();
  if (outside !== null) {
    deleteFile(to);
    throw new Refusal(`the audit log does not hold: ${describeTampering({ seq: outside, fault: 'outside' })}`);
  }
  const size = (statSync(to).size / MEGABYTE).toFixed(1);
  return [
    `Backed up the store up to row ${head.seq} of the audit log into ${to} (${size} MB).`,
    JSON.stringify(checkpointOf(head)),
    'SESSION_SECRET and AUDIT_SIGNING_KEY are not in it: keep them elsewhere.',
  ].join('\n');
}

try {
  process.stdout.write(`${await backUp()}\n`);
} catch (error) {
  const isUserFacing = error instanceof Refusal || error instanceof ConfigError || error instanceof SchemaVersionError;
  const { code } = error as NodeJS.ErrnoException;
  if (!isUserFacing && !isUnusable(error) && !['ENOENT', 'EACCES', 'EEXIST', 'ENOSPC'].includes(String(code)))
    throw error;
  process.stderr.write(`There is no backup: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
