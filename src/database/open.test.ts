import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openSqlite, type Migration } from './open.ts';

type Tables = { notes: { id: number; text: string } };

const first: Migration<Tables> = async (db) =>
  void (await sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`.execute(db));
const second: Migration<Tables> = async (db) => void (await sql`CREATE INDEX notes_text ON notes (text)`.execute(db));
const failing: Migration<Tables> = async (db) => {
  await sql`CREATE TABLE half (id INTEGER)`.execute(db);
  throw new Error('the power went');
};
const folder = () => mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'));

it('openSqlite › applies each migration once, over several openings, and keeps the data', async () => {
  const file = join(folder(), 'deep', 'a.sqlite');
  const db = await openSqlite<Tables>({ file, migrations: [first] });
  await db.insertInto('notes').values({ id: 1, text: 'kept' }).execute();
  await db.destroy();
  const again = await openSqlite<Tables>({ file, migrations: [first, second] });
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
  const file = join(folder(), 'b.sqlite');
  await expect(openSqlite<Tables>({ file, migrations: [first, failing] })).rejects.toThrow('the power went');
  const db = await openSqlite<Tables>({ file, migrations: [first, second] });
  const { rows } = await sql<{
    name: string;
  }>`SELECT name FROM sqlite_master WHERE name IN ('half', 'notes_text')`.execute(db);
  expect(rows.map(({ name }) => name)).toEqual(['notes_text']);
  await db.destroy();
});

it('openSqlite › refuses a file of a newer version', async () => {
  const file = join(folder(), 'c.sqlite');
  await (await openSqlite<Tables>({ file, migrations: [first, second] })).destroy();
  await expect(openSqlite<Tables>({ file, migrations: [first] })).rejects.toThrow('newer version');
});

it('openSqlite › refuses a file whose schema is older than the first version it knows, and writes nothing to it', async () => {
  const file = join(folder(), 'd.sqlite');
  await (await openSqlite<Tables>({ file, migrations: [first] })).destroy();
  const opening = openSqlite<Tables>({ file, migrations: [first], firstVersion: 2 });
  await expect(opening).rejects.toThrow('older version (schema 1, this program needs 2)');
  await (await openSqlite<Tables>({ file, migrations: [first, second] })).destroy();
});

it('openSqlite › rolls back a transaction that throws', async () => {
  const db = await openSqlite<Tables>({ file: ':memory:', migrations: [first] });
  const broken = db.transaction().execute(async (step) => {
    await step.insertInto('notes').values({ id: 1, text: 'gone' }).execute();
    throw new Error('stop');
  });
  await expect(broken).rejects.toThrow('stop');
  expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  await db.destroy();
});

it('openSqlite › opens on a full disk, so that data can be read', async ({ skip }) => {
  const disk = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('a file system of a megabyte cannot be mounted here');
  }
  try {
    const file = join(disk, 'a.sqlite');
    const options = { file, migrations: [first, second] };
    const db = await openSqlite<Tables>(options);
    await db
      .insertInto('notes')
      .values(Array.from({ length: 2000 }, (_, id) => ({ id, text: `note ${id}` })))
      .execute();
    // Another process has it open, so the log file stays.
    const full = openSync(join(disk, 'filler'), 'w');
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) writeSync(full, new Uint8Array(size));
      } catch {
        // A file of that size does not fit any more.
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
