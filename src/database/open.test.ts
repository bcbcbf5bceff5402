import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, readdirSync, readFileSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { expect, it } from 'vitest';
import { isUnusable } from './errors.ts';
import { openSqlite } from './open.ts';
import { prepare } from './prepared.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

type Tables = { notes: { id: number; text: string } };

const running = (up: (db: Kysely<Tables>) => Promise<unknown>): Migration => ({
  up: async (db) => void (await up(db)),
});
const first = running((db) => sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`.execute(db));
const second = running((db) => sql`CREATE INDEX notes_text ON notes (text)`.execute(db));
const failing = running(async (db) => {
  await sql`CREATE TABLE half (id INTEGER)`.execute(db);
  throw new Error('the power went');
});

it('openSqlite › leaves no bytes of what was deleted in the file', async () => {
  const file = join(temporaryFolder(), 'a.sqlite');
  const db = await openSqlite<Tables>({ file, migrations: { '1': first } });
  for (let id = 1; id <= 9; id += 1)
    await db
      .insertInto('notes')
      .values({ id, text: `a code ${id}` })
      .execute();
  await db.deleteFrom('notes').where('id', '=', 5).execute();
  await db.updateTable('notes').set({ text: '' }).where('id', '=', 7).execute();
  await db.destroy();
  const left = readFileSync(file)
    .toString('latin1')
    .match(/a code \d/g);
  expect(left?.toSorted()).toEqual([1, 2, 3, 4, 6, 8, 9].map((id) => `a code ${id}`));
});

it('openSqlite › applies each migration once, over several openings, and keeps the data', async () => {
  const file = join(temporaryFolder(), 'deep', 'a.sqlite');
  const db = await openSqlite<Tables>({ file, migrations: { '1': first } });
  await db.insertInto('notes').values({ id: 1, text: 'kept' }).execute();
  await db.destroy();
  const again = await openSqlite<Tables>({ file, migrations: { '1': first, '2': second } });
  expect(await again.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1, text: 'kept' }]);
  const changed = await again
    .updateTable('notes')
    .set({ text: 'new' })
    .where('id', '=', 1)
    .returning('text')
    .executeTakeFirst();
  expect(changed).toEqual({ text: 'new' });
  await again.destroy();
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('openSqlite › rolls a failed migration back, and finishes it at the next opening', async () => {
  const file = join(temporaryFolder(), 'b.sqlite');
  await expect(openSqlite<Tables>({ file, migrations: { '1': first, '2': failing } })).rejects.toThrow(
    'the power went',
  );
  const db = await openSqlite<Tables>({ file, migrations: { '1': first, '2': second } });
  const { rows } = await sql<{
    name: string;
  }>`SELECT name FROM sqlite_master WHERE name IN ('half', 'notes_text')`.execute(db);
  expect(rows.map(({ name }) => name)).toEqual(['notes_text']);
  await db.destroy();
});

it('openSqlite › refuses a file of a newer version', async () => {
  const file = join(temporaryFolder(), 'c.sqlite');
  await (await openSqlite<Tables>({ file, migrations: { '1': first, '2': second } })).destroy();
  await expect(openSqlite<Tables>({ file, migrations: { '1': first } })).rejects.toThrow('newer version');
});

it('openSqlite › refuses a file from before migrations had names, and writes nothing to it', async () => {
  const file = join(temporaryFolder(), 'd.sqlite');
  const old = new DatabaseSync(file);
  old.exec('CREATE TABLE notes (id INTEGER) STRICT; PRAGMA user_version = 7');
  old.close();
  const opening = openSqlite<Tables>({ file, migrations: { '1': first } });
  await expect(opening).rejects.toThrow('older version (schema 7, before the first that this program knows)');
  const again = new DatabaseSync(file);
  expect(again.prepare('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'notes' }]);
  expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 7 });
  again.close();
});

it('openSqlite › opens an existing file without migrating it, and refuses one that lacks a migration', async () => {
  const file = join(temporaryFolder(), 'e.sqlite');
  await (await openSqlite<Tables>({ file, migrations: { '1': first } })).destroy();
  const both = { '1': first, '2': second };
  await expect(openSqlite<Tables>({ file, migrations: both, existing: 'write' })).rejects.toThrow('lacks the schema 2');
  const db = await openSqlite<Tables>({ file, migrations: { '1': first }, existing: 'write' });
  expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  await db.destroy();
});

it.each([
  ['that was closed', false],
  ['that is in use', true],
])('openSqlite › reads a file %s without changing anything of it', async (_what, isInUse) => {
  const at = temporaryFolder();
  const file = join(at, 'f.sqlite');
  const options = { file, migrations: { '1': first } };
  const writer = await openSqlite<Tables>(options);
  await writer.insertInto('notes').values({ id: 1, text: 'kept' }).execute();
  if (!isInUse) await writer.destroy();
  chmodSync(file, 0o640);
  utimesSync(file, 1000, 1000);
  // Without `-shm`: it contains the locks of readers, so it may change.
  const contents = () =>
    readdirSync(at)
      .filter((name) => !name.endsWith('-shm'))
      .map((name) => {
        const { mode, mtimeMs } = statSync(join(at, name));
        return [name, mode, mtimeMs, readFileSync(join(at, name), 'hex')];
      });
  const before = contents();
  expect(before.length).toBe(isInUse ? 2 : 1);
  const reader = await openSqlite<Tables>({ ...options, existing: 'read' });
  expect(await reader.selectFrom('notes').select('text').execute()).toEqual([{ text: 'kept' }]);
  await expect(reader.deleteFrom('notes').execute()).rejects.toThrow('readonly database');
  await reader.destroy();
  expect(contents()).toEqual(before);
  if (isInUse) await writer.destroy();
  const later = await openSqlite<Tables>({ ...options, existing: 'write' });
  await later.insertInto('notes').values({ id: 2, text: 'new' }).execute();
  await later.destroy();
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

it('openSqlite › rolls back a transaction that throws', async () => {
  const db = await openSqlite<Tables>({ file: ':memory:', migrations: { '1': first } });
  const broken = db.transaction().execute(async (tx) => {
    await tx.insertInto('notes').values({ id: 1, text: 'gone' }).execute();
    throw new Error('stop');
  });
  await expect(broken).rejects.toThrow('stop');
  expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  await db.destroy();
});

it('openSqlite › nobody else writes between what a transaction reads and what it writes', async () => {
  const file = join(temporaryFolder(), 'y.sqlite');
  const db = await openSqlite<Tables>({ file, migrations: { '1': first } });
  const other = new DatabaseSync(file);
  await db.transaction().execute(async (tx) => {
    expect(await tx.selectFrom('notes').select('id').execute()).toEqual([]);
    expect(() => other.exec("INSERT INTO notes VALUES (1, 'x')")).toThrow('database is locked');
    await tx.insertInto('notes').values({ id: 1, text: 'x' }).execute();
  });
  other.close();
  await db.destroy();
});

it('openSqlite › waits for another program that writes, and stops nothing else meanwhile', async () => {
  const file = join(temporaryFolder(), 'x.sqlite');
  const db = await openSqlite<Tables>({ file, migrations: { '1': first }, busyMs: 1500 });
  const other = new DatabaseSync(file);
  const write = (id: number) => db.insertInto('notes').values({ id, text: 'x' }).execute();
  const read = prepare(db, () => db.selectFrom('notes').select('id'));
  other.exec('BEGIN IMMEDIATE');
  const waiting = db.transaction().execute(async (tx) => tx.insertInto('notes').values({ id: 1, text: 'x' }).execute());
  expect(await read({})).toEqual([]);
  other.exec('ROLLBACK');
  await waiting;
  other.exec('BEGIN IMMEDIATE');
  const begun = performance.now();
  const ids = Array.from({ length: 10 }, (_, index) => index + 2);
  const late = await Promise.all(ids.map((id) => write(id).catch((error: unknown) => error)));
  // One after another, the ten writes would need 15 s.
  expect(performance.now() - begun).toBeLessThan(12_000);
  expect(late.map(isUnusable)).toEqual(ids.map(() => true));
  other.exec('ROLLBACK');
  await write(2);
  expect(await read({})).toEqual([{ id: 1 }, { id: 2 }]);
  other.close();
  await db.destroy();
});

it('openSqlite › opens on a full disk, so that data can be read', async ({ skip }) => {
  const disk = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('a file system of a megabyte cannot be mounted here');
  }
  try {
    const file = join(disk, 'a.sqlite');
    const options = { file, migrations: { '1': first, '2': second } };
    const db = await openSqlite<Tables>(options);
    await db
      .insertInto('notes')
      .values(Array.from({ length: 2000 }, (_, id) => ({ id, text: `note ${id}` })))
      .execute();
    // `db` keeps the database open, so the file `-wal` stays.
    const full = openSync(join(disk, 'filler'), 'w');
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) writeSync(full, new Uint8Array(size));
      } catch {
        // No block of this size fits any more.
      }
    }
    closeSync(full);
    const again = await openSqlite<Tables>(options);
    expect(await again.selectFrom('notes').select('text').where('id', '=', 7).execute()).toEqual([{ text: 'note 7' }]);
    await again.destroy();
    await db.destroy();
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

it('[D1] openSqlite › waits for the disk at each commit, and writes a log ahead', async () => {
  const db = await openSqlite<Tables>({ file: join(temporaryFolder(), 'a.sqlite'), migrations: { '1': first } });
  const { rows } = await sql<{ synchronous: number }>`PRAGMA synchronous`.execute(db);
  // 2 is FULL. With NORMAL (1), WAL mode would lose the last commits at a power failure.
  expect(rows).toEqual([{ synchronous: 2 }]);
  expect((await sql<{ journal_mode: string }>`PRAGMA journal_mode`.execute(db)).rows).toEqual([
    { journal_mode: 'wal' },
  ]);
  await db.destroy();
});
