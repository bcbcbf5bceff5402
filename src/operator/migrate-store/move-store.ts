import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isLockTimeout } from '#database/errors.ts';
import { storable } from '#database/text.ts';
import {
  createRowsDigest,
  digestOf,
  insertSlice,
  referredFirst,
  slicesOf,
  tablesOf,
  type Table,
} from '#database/tables.ts';
import { rowOutside } from '#bff/records/audit-log/head.ts';
import type { AuditKeys } from '#bff/records/audit-log/keys.ts';
import { describeTampering, verifyAuditLog } from '../audit-verify/verify-log.ts';
import { changeStore } from '#bff/platform/store/change-store.ts';
import { openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';

/** The move cannot be made; the message says why and what to do. Nothing was moved. */
export class MoveRefusal extends Error {
  override readonly name = 'MoveRefusal';
}

export type Moved = {
  /** The rows of each table, in the order in which they were moved. */
  tables: { name: string; count: number }[];
  /** How many texts had a NUL, which became U+FFFD. */
  nuls: number;
};

type MoveOptions = {
  /** The folder of the SQLite file, and the database. */
  place: StorePlace & { database: NonNullable<StorePlace['database']> };
  /** They verify the audit log after the move. */
  keys: AuditKeys;
  /** Called with the number of rows that were moved, of how many. */
  progress?: (rows: number, of: number) => void;
};

/** The longest statement, or commit, of a move: it has no request that waits for it. */
const SLOWEST_MS = 600_000;

/** SQLite deletes this file when the last program closes the store. */
function assertUnused(dataDir: string): void {
  const log = join(dataDir, 'portal.sqlite-wal');
  if (existsSync(log))
    throw new MoveRefusal(
      `${log} exists, so a portal runs on this store, or was killed: stop it; after a kill, start it and stop it once more`,
    );
}

/** The digests of the tables that the migrations alone leave. */
async function emptyDigests(): Promise<Map<string, string>> {
  const blank = await openStore({ dataDir: ':memory:' });
  try {
    const digests = new Map<string, string>();
    for (const table of await tablesOf(blank)) digests.set(table.name, (await digestOf(blank, table)).digest);
    return digests;
  } finally {
    await blank.destroy();
  }
}

/** Nobody else reads or writes the tables until the transaction ends; then locks that wait see what was moved. */
async function lockTables(tx: Store, tables: readonly Table[]): Promise<void> {
  const names = sql.join(tables.map(({ name }) => sql.table(name)));
  try {
    await sql`LOCK TABLE ${names} IN ACCESS EXCLUSIVE MODE`.execute(tx);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new MoveRefusal('somebody uses the tables in the database: stop every portal on it, then run this again');
  }
  // The transaction takes as long as the store is large.
  for (const limit of ['statement_timeout', 'idle_in_transaction_session_timeout'])
    await sql`SET LOCAL ${sql.raw(limit)} = 0`.execute(tx);
}

async function assertEmpty(tx: Store, tables: readonly Table[]): Promise<void> {
  const empty = await emptyDigests();
  for (const table of tables) {
    // A table with many rows need not be read through.
    const { rows } = await sql`SELECT 1 FROM ${sql.table(table.name)} LIMIT 2`.execute(tx);
    if (rows.length < 2 && (await digestOf(tx, table)).digest === empty.get(table.name)) continue;
    throw new MoveRefusal(
      `the database is not empty: its table ${table.name} has rows. Name an empty one in DATABASE_URL`,
    );
  }
}

async function moveTable(
  source: Store,
  tx: Store,
  table: Table,
  report: (rows: number) => void,
): Promise<{ count: number; nuls: number }> {
  let nuls = 0;
  const text = table.columns.map(({ kind }) => kind === 'text');
  const digest = createRowsDigest();
  await sql`DELETE FROM ${sql.table(table.name)}`.execute(tx);
  let moved = 0;
  for await (const rows of slicesOf(source, table)) {
    const kept = rows.map((row) =>
      row.map((value, index) => {
        if (value === null || !text[index] || !value.includes('\0')) return value;
        nuls += 1;
        return storable(value);
      }),
    );
    for (const row of kept) digest.add(row);
    await insertSlice(tx, table, kept);
    moved += rows.length;
    report(moved);
  }
  const [here, there] = [digest.result(), await digestOf(tx, table)];
  // Counted by itself: a row that was never read would be missing in both digests.
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM ${sql.table(table.name)}`.execute(source);
  if (rows[0]!.count !== here.count)
    throw new MoveRefusal(`only ${here.count} of the ${rows[0]!.count} rows of ${table.name} could be read`);
  if (here.count !== there.count || here.digest !== there.digest)
    throw new MoveRefusal(
      `the table ${table.name} is not the same in both: ${here.count} rows with the digest ${here.digest} in the file, ${there.count} with ${there.digest} in the database`,
    );
  return { count: here.count, nuls };
}

async function countAll(source: Store, tables: readonly Table[]): Promise<number> {
  let all = 0;
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM ${sql.table(name)}`.execute(source);
    all += rows[0]!.count;
  }
  return all;
}

/** PostgreSQL's tables in the order of SQLite's, which must be the same. */
function assertSameTables(ours: readonly Table[], theirs: readonly Table[]): void {
  const byName = new Map(theirs.map((table) => [table.name, JSON.stringify(table.columns)]));
  const other = ours.find(({ name, columns }) => byName.get(name) !== JSON.stringify(columns));
  if (other) throw new MoveRefusal(`the table ${other.name} has other columns in the database than in the file`);
}

/**
 * Moves a portal's store from its SQLite file into an empty PostgreSQL database: every table, in one transaction, so a
 * move that ends early leaves nothing. Each table is read back and compared, then the audit log is verified. The file
 * is only read. Throws a MoveRefusal, or what `openStore` throws.
 */
export async function moveStore({ place, keys, progress = () => {} }: MoveOptions): Promise<Moved> {
  const { dataDir, database } = place;
  assertUnused(dataDir);
  const source = await openStore({ dataDir }, { existing: 'read' });
  try {
    const seq = await rowOutside(source);
    if (seq !== null)
      throw new MoveRefusal(`the audit log does not hold: ${describeTampering({ seq, fault: 'outside' })}`);
    const tables = await referredFirst(source, await tablesOf(source));
    const target = await openStore({ dataDir, database: { ...database, statementMs: SLOWEST_MS } });
    try {
      assertSameTables(tables, await tablesOf(target));
      return await changeStore(target, async (tx) => {
        await lockTables(tx, tables);
        await assertEmpty(tx, tables);
        const result: Moved = { tables: [], nuls: 0 };
        const all = await countAll(source, tables);
        let moved = 0;
        for (const table of tables) {
          const { count, nuls } = await moveTable(source, tx, table, (rows) => progress(moved + rows, all));
          moved += count;
          result.tables.push({ name: table.name, count });
          result.nuls += nuls;
        }
        const tampered = await verifyAuditLog(tx, { keys });
        if (tampered)
          throw new MoveRefusal(
            `the audit log does not hold: ${describeTampering(tampered)}. \`npm run audit:verify\` without DATABASE_URL shows whether it held before`,
          );
        // A portal that started meanwhile would go on with the file.
        assertUnused(dataDir);
        return result;
      });
    } finally {
      await target.destroy();
    }
  } finally {
    await source.destroy();
  }
}
