import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { fillLog } from '#bff/records/audit-log/testing/fill.ts';
import { keptAuditKey, keptKeyFile } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { giveBack, settingsOf, takeDatabase, urlOf } from '#testing/postgres/databases.ts';
import { operatorProgram, runOperatorProgram } from '#testing/programs/operator-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const ROWS = Number(process.env['SOAK_MOVED_ROWS'] ?? 4000);
/** The large size takes minutes. */
const timeout = 90_000 + ROWS * 3;
const program = 'src/operator/migrate-store/migrate-store.ts';

let folder: string;
let file: string;
let name: string;
let client: pg.Client;
beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder, 'portal.sqlite');
  name = await takeDatabase(inject('postgres'));
  const { tls: _tls, ...options } = settingsOf(inject('postgres'), name);
  client = new pg.Client(options);
  await client.connect();
});
afterEach(async () => {
  await client.end();
  giveBack(name);
});

const settings = () => ({
  DATA_DIR: folder,
  DATABASE_URL: urlOf(inject('postgres'), name),
  DATABASE_LOCK_TIMEOUT_MS: '200',
});
/** Runs the command with a small heap; gives its exit code, and what it printed. */
const move = async (env: Record<string, string> = {}): Promise<[number, string]> => {
  const smallHeap = ['--max-old-space-size=200'];
  const { code, out, err } = await runOperatorProgram(program, [], { ...settings(), ...env }, smallHeap);
  return [code, `${out}${err}`.trim()];
};

const fill = (rows: number) => fillLog({ dataDir: folder }, readAuditKeys(keptAuditKey(folder)), rows, Date.now());
const onTarget = async (statement: string): Promise<Record<string, unknown>[]> =>
  (await client.query<Record<string, unknown>>(statement)).rows;
function onFile<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const plain = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : typeof value === 'bigint' ? String(value) : value;
const sorted = (rows: Record<string, unknown>[]) =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.keys(row)
          .sort()
          .map((column) => [column, plain(row[column])]),
      ),
    )
    .sort();
const tables = (): string[] =>
  onFile((database) =>
    database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'kysely%'",
      )
      .all()
      .map((row) => row['name'] as string),
  );
const inFile = (table: string) =>
  onFile((database) => {
    const statement = database.prepare(`SELECT * FROM "${table}"`);
    statement.setReadBigInts(true);
    return sorted(statement.all());
  });
const inDatabase = async (table: string) => sorted(await onTarget(`SELECT * FROM "${table}"`));
async function counts(): Promise<Record<string, unknown>> {
  const counted = tables().map((table) => `SELECT '${table}' AS name, count(*)::int AS count FROM "${table}"`);
  const rows = await onTarget(counted.join(' UNION ALL '));
  return Object.fromEntries(rows.map((row) => [row['name'], row['count']]));
}
/** The tables of a new store that have a row, which cannot be deleted. */
const first = { audit_log_head: 1, alarm_cursor: 1, audit_sink_cursor: 1 };
async function expectEmpty(): Promise<void> {
  expect(Object.fromEntries(Object.entries(await counts()).filter(([, count]) => count !== 0))).toEqual(first);
}

const oddTexts = ['', 'ünï 🔑', '\'; "\\', '{a,NULL}', 'NULL', '\\x41', 'a\0b', 'lone \ud800'];
const oddNumbers = [0n, -1n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 7n, 8n];
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Puts odd rows into every table besides those of the audit log, whose chain must hold. */
function fillWithOddRows(): void {
  onFile((database) => {
    database.exec('PRAGMA foreign_keys = OFF');
    for (const table of tables()) {
      if (table in first || table === 'audit_log') continue;
      const columns = database.prepare(`SELECT name, type, "notnull" AS needed, pk FROM pragma_table_info('${table}')`);
      const values = columns.all() as { name: string; type: string; needed: number; pk: number }[];
      oddTexts.forEach((text, index) => {
        const row = values.map(({ name: column, type, needed, pk }) => {
          if (!needed && !pk && index % 2 === 1) return null;
          // Verification reads the open intents and the segments, and a number that is not safe is an error then.
          if (type === 'INTEGER')
            return { open_intents: index, audit_log_segments: -1 - index }[table] ?? oddNumbers[index]!;
          if (type === 'BLOB') return index % 2 === 0 ? everyByte : new Uint8Array();
          return column === 'session_id' || (table === 'sessions' && column === 'id') ? `s${index}` : `${text}${index}`;
        });
        database.prepare(`INSERT INTO "${table}" VALUES (${row.map(() => '?').join(', ')})`).run(...row);
      });
    }
  });
}

test('moves every table with all its values, verifies them, and leaves the file as it was', { timeout }, async () => {
  await fill(ROWS);
  fillWithOddRows();
  const { mtimeMs, mode } = statSync(file);
  const before = ROWS > 100_000 ? null : readFileSync(file);
  const [code, said] = await move();
  expect(said).toMatch(new RegExp(`^audit_log: ${ROWS.toLocaleString('en')} rows$`, 'm'));
  expect(said).toMatch(/^Moved .* Each table has the same digest on both sides, and the audit log holds\.$/m);
  expect(said).toMatch(/^The tables belong to postgres\. Let the portals have another role: run prepare-database /m);
  expect(said).toMatch(/^\d+ texts had a NUL, .* it became U\+FFFD there\.$/m);
  expect(said).toContain('same SESSION_SECRET and AUDIT_SIGNING_KEY');
  expect(code).toBe(0);
  expect([statSync(file).mtimeMs, statSync(file).mode]).toEqual([mtimeMs, mode]);
  if (before) expect(readFileSync(file).equals(before)).toBe(true);
  const names = tables();
  expect(names.length).toBeGreaterThan(30);
  for (const table of names) {
    if (table === 'audit_log' && ROWS > 100_000) continue;
    const rows = await inDatabase(table);
    expect(rows.length, table).toBeGreaterThan(0);
    expect(rows, table).toEqual(
      inFile(table)
        .map((row) => row.replaceAll('\\u0000', '\ufffd'))
        .sort(),
    );
  }
  // Nothing numbers its rows by a sequence, which a move would have to set.
  expect(await onTarget('SELECT * FROM pg_sequences')).toEqual([]);
  // It is a store now: the portal's own way of opening it, and the command's refusal of a second move.
  expect(await move()).toEqual([
    1,
    expect.stringMatching(/^the database is not empty: its table .* Nothing was moved\.$/),
  ]);
});

test('a kill leaves nothing, and the next try moves everything', { timeout }, async () => {
  await fill(ROWS);
  for (const table of ['audit_log', 'counted_events']) {
    const child = spawn(process.execPath, operatorProgram(program), { cwd: root, env: settings(), stdio: 'ignore' });
    const writes = `SELECT pid FROM pg_locks WHERE relation = '${table}'::regclass AND mode = 'RowExclusiveLock'`;
    while ((await onTarget(writes)).length === 0) expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectEmpty();
  }
  expect((await move())[0]).toBe(0);
  expect((await counts())['audit_log']).toBe(ROWS);
});

test('refuses a store in use, on both sides', async () => {
  const portal = await openStore({ dataDir: folder });
  keptAuditKey(folder);
  expect(await move()).toEqual([1, expect.stringMatching(/portal\.sqlite-wal exists, so a portal runs .*stop it/)]);
  await portal.destroy();
  await onTarget('BEGIN; SELECT * FROM sessions');
  expect(await move()).toEqual([1, expect.stringMatching(/^somebody uses the tables .*stop every portal on it/)]);
  await onTarget('COMMIT');
  expect((await move())[0]).toBe(0);
});

test('refuses a store of another schema, one that was tampered with, and one that it cannot verify', async () => {
  await fill(20);
  const later = "INSERT INTO kysely_migration VALUES ('9999_later', '')";
  onFile((database) => database.exec(later));
  expect(await move()).toEqual([1, expect.stringMatching(`^${file} was written by a newer version .*`)]);
  onFile((database) => database.exec("DELETE FROM kysely_migration WHERE name = '9999_later'"));
  await onTarget(later);
  expect(await move()).toEqual([1, expect.stringMatching(/^the database .* was written by a newer version .*/)]);
  await onTarget("DELETE FROM kysely_migration WHERE name = '9999_later'");
  const edit = (event: string) =>
    onFile((database) => database.exec(`UPDATE audit_log SET event = '${event}' WHERE seq = 3`));
  const [{ event } = { event: '' }] = onFile((database) =>
    database.prepare('SELECT event FROM audit_log WHERE seq = 3').all(),
  );
  edit('x');
  expect(await move()).toEqual([
    1,
    expect.stringMatching(/^the audit log does not hold: row 3 was edited\. .*moved\.$/),
  ]);
  edit(event as string);
  const plant = (seq: number) =>
    onFile((database) => {
      database.exec('PRAGMA ignore_check_constraints = ON');
      database.exec(`UPDATE audit_log SET seq = ${seq} WHERE seq = 20; UPDATE audit_log_head SET seq = 19`);
    });
  for (const seq of [-1, 20_000]) {
    plant(seq);
    expect(await move()).toEqual([
      1,
      expect.stringMatching(`^the audit log does not hold: row ${seq} is outside .*moved\\.$`),
    ]);
    onFile((database) => database.exec(`UPDATE audit_log SET seq = 20 WHERE seq = ${seq}`));
  }
  onFile((database) => database.exec('UPDATE audit_log_head SET seq = 20'));
  expect(await move({ AUDIT_SIGNING_KEY: 'x' })).toEqual([1, expect.stringMatching(/^AUDIT_SIGNING_KEY is of no use/)]);
  rmSync(keptKeyFile(folder));
  expect(await move()).toEqual([1, expect.stringMatching(/^there is no key to verify the head with: set AUDIT_SIGN/)]);
  await expectEmpty();
});

test('refuses what cannot be a move, and a database that changes what it is given', async () => {
  expect(await move({ DATABASE_URL: '' })).toEqual([1, expect.stringMatching(/^DATABASE_URL is not set/)]);
  keptAuditKey(folder);
  expect(await move()).toEqual([1, expect.stringMatching(/^there is no portal's store in /)]);
  expect(await move({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x?sslmode=disable' })).toEqual([
    1,
    expect.stringContaining('Nothing was moved.'),
  ]);
  await (await openStore({ dataDir: folder })).destroy();
  fillWithOddRows();
  await onTarget(`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.login := upper(NEW.login) || ''!''; RETURN NEW; END'`);
  await onTarget('CREATE TRIGGER shout BEFORE INSERT ON known_names FOR EACH ROW EXECUTE FUNCTION shout()');
  expect(await move()).toEqual([1, expect.stringMatching(/^the table known_names is not the same in both: 8 rows /)]);
  await expectEmpty();
});
