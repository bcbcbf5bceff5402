/**
 * `latchkey backup FILE`: copies the portal's store in `DATA_DIR` into a new file, while portals run. It prints the end
 * of the copied audit log as a checkpoint. For a store in PostgreSQL it prints how to call `pg_dump`. The exit code is
 * 0 when there is a backup, else 1.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isUnusable, getReason, SchemaVersionError } from '#database/errors.ts';
import { openForReading, openSqlite } from '#database/open.ts';
import { createCheckpoint } from '#bff/records/audit-log/checkpoint.ts';
import { readHead, rowOutside } from '#bff/records/audit-log/head.ts';
import type { Head } from '#bff/records/audit-log/keys.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { readPlace } from '#bff/config/place.ts';
import { migrations } from '#bff/platform/store/create-tables.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { describeTampering } from '../audit-verify/verify-log.ts';
import { deleteFile, findFault, isInUse, moveFile } from '../restore/sqlite-file.ts';

class Refusal extends Error {}

async function copy(from: string, to: string): Promise<Head> {
  const database = openForReading(from);
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
  const fault = findFault(to);
  if (fault !== null) throw new Refusal(`the copy is damaged: ${fault}`);
  const store = (await openSqlite<Tables>({ file: to, migrations, existing: 'read' })) as Store;
  try {
    const seq = await rowOutside(store);
    if (seq !== null) throw new Refusal(`the audit log does not hold: ${describeTampering({ seq, fault: 'outside' })}`);
    return await readHead(store);
  } finally {
    await store.destroy();
  }
}

async function backUp(): Promise<string> {
  const [given] = parseArgs({ allowPositionals: true }).positionals;
  const { dataDir, database } = readPlace(process.env);
  if (!given) throw new Refusal('into which file? latchkey backup FILE');
  if (database) {
    const { user, host, port, database: name } = database;
    throw new Refusal(
      `the store is in PostgreSQL, whose own program makes the backup while portals run:\n  pg_dump --format=custom --file=${given} "postgres://${user}@${host}:${port}/${name}"`,
    );
  }
  const [from, to] = [join(dataDir, 'portal.sqlite'), resolve(given)];
  if (!existsSync(from)) throw new Refusal(`there is no portal's store in ${dataDir}: set DATA_DIR`);
  if (existsSync(to)) throw new Refusal(`${to} exists already: name a new file`);
  // A killed backup leaves only this file. The next backup deletes it.
  const partial = `${to}.partial`;
  if (isInUse(partial)) throw new Refusal(`another backup writes ${partial}`);
  deleteFile(partial);
  // Created with mode 0600 first, because SQLite would create a file that others can read.
  writeFileSync(partial, '', { mode: 0o600, flag: 'wx' });
  const head = await copy(from, partial).catch((error: unknown) => {
    deleteFile(partial);
    throw error;
  });
  moveFile(partial, to);
  return [
    `Backed up the store up to row ${head.seq} of the audit log into ${to}.`,
    JSON.stringify(createCheckpoint(head)),
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
  process.stderr.write(`There is no backup: ${getReason(error)}\n`);
  process.exitCode = 1;
}
