import { createHash } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { databaseNameOf, type DatabaseName } from './portable-sql.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
type Database = Kysely<any>;

type Kind = 'number' | 'text' | 'bytes';
export type Table = { name: string; columns: readonly { name: string; kind: Kind }[] };
/** A row's values as text, in the order of the columns: decimal numbers, hexadecimal bytes. */
export type TextRow = readonly (string | null)[];

const kinds: Record<DatabaseName, Record<string, Kind>> = {
  sqlite: { INTEGER: 'number', TEXT: 'text', BLOB: 'bytes' },
  postgres: { int8: 'number', text: 'text', bytea: 'bytes' },
};
/** The rows of one slice: so many are in memory at once. */
const SLICE = 1000;

/**
 * Returns the tables that the migrations created, sorted by name, with their columns sorted by name. Throws when a
 * column has a type that `ddlFor` does not write.
 */
export async function tablesOf(db: Database): Promise<Table[]> {
  const database = databaseNameOf(db);
  const isOurs = database === 'sqlite' ? () => true : await inOwnSchema(db);
  const found = (await db.introspection.getTables()).filter((table) => !table.isView && isOurs(table));
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  return found
    .map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => ({ name: column.name, kind: kindOf(database, name, column) })).sort(byName),
    }))
    .sort(byName);
}

async function inOwnSchema(db: Database): Promise<(table: { schema?: string }) => boolean> {
  const { rows } = await sql<{ name: string }>`SELECT current_schema() AS name`.execute(db);
  return ({ schema }) => schema === rows[0]!.name;
}

function kindOf(database: DatabaseName, table: string, { name, dataType }: { name: string; dataType: string }): Kind {
  const kind = kinds[database][dataType];
  if (kind === undefined) throw new TypeError(`the column ${table}.${name} has the type ${dataType}`);
  return kind;
}

/** Sorts the tables of a SQLite file so that none refers to a later one. */
export async function referredFirst(db: Database, tables: readonly Table[]): Promise<Table[]> {
  const { rows } = await sql<{ name: string; to: string }>`
    SELECT t.name AS name, f."table" AS "to" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' AND f."table" <> t.name`.execute(db);
  const sorted: Table[] = [];
  while (sorted.length < tables.length) {
    const done = new Set(sorted.map(({ name }) => name));
    const next = tables.filter(
      ({ name }) => !done.has(name) && rows.every((row) => row.name !== name || done.has(row.to)),
    );
    if (next.length === 0) throw new TypeError('tables refer to each other in a circle');
    sorted.push(...next);
  }
  return sorted;
}

/** Expressions that give each column as text, on both databases alike. */
function asText(database: DatabaseName, { columns }: Table): RawBuilder<unknown> {
  const values = columns.map(({ name, kind }, index) => {
    const column = sql.ref(name);
    const hex =
      database === 'sqlite'
        ? sql`CASE WHEN ${column} IS NOT NULL THEN lower(hex(${column})) END`
        : sql`encode(${column}, 'hex')`;
    return sql`${kind === 'text' ? column : kind === 'number' ? sql`CAST(${column} AS TEXT)` : hex} AS ${sql.ref(`c${index}`)}`;
  });
  return sql.join(values);
}

type Read = Record<string, string | null>;
const toRows = ({ columns }: Table, rows: readonly Read[]): TextRow[] =>
  rows.map((row) => columns.map((_, index) => row[`c${index}`]!));

/** Yields all rows of a table in slices. `db` is a transaction, so that they are those of one moment. */
export async function* slicesOf(db: Database, table: Table): AsyncGenerator<TextRow[]> {
  const values = asText(databaseNameOf(db), table);
  if (databaseNameOf(db) === 'sqlite') {
    for (let after = sql`1 = 1`; ;) {
      const { rows } = await sql<Read & { at: string }>`
        SELECT CAST(rowid AS TEXT) AS at, ${values} FROM ${sql.table(table.name)}
        WHERE ${after} ORDER BY rowid LIMIT ${SLICE}`.execute(db);
      if (rows.length === 0) return;
      after = sql`rowid > ${BigInt(rows.at(-1)!.at)}`;
      yield toRows(table, rows);
    }
  }
  await sql`DECLARE slices NO SCROLL CURSOR FOR SELECT ${values} FROM ${sql.table(table.name)}`.execute(db);
  for (;;) {
    const { rows } = await sql<Read>`FETCH ${sql.lit(SLICE)} FROM slices`.execute(db);
    if (rows.length === 0) break;
    yield toRows(table, rows);
  }
  await sql`CLOSE slices`.execute(db);
}

/** Inserts rows into a table of PostgreSQL, all with one statement. */
export async function insertSlice(db: Database, { name, columns }: Table, rows: readonly TextRow[]): Promise<void> {
  const lists = columns.map((_, index) => sql`${rows.map((row) => row[index])}::text[]`);
  const values = columns.map(({ kind }, index) => {
    const value = sql.ref(`slice.c${index}`);
    return kind === 'number' ? sql`${value}::bigint` : kind === 'bytes' ? sql`decode(${value}, 'hex')` : value;
  });
  const aliases = sql.join(columns.map((_, index) => sql.ref(`c${index}`)));
  await sql`
    INSERT INTO ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column.name)))})
    SELECT ${sql.join(values)} FROM unnest(${sql.join(lists)}) AS slice (${aliases})`.execute(db);
}

/**
 * Creates the digest of a set of rows, in whatever order they come: the sum of their SHA-256, and their number. It
 * finds what a copy lost or changed; it is no signature.
 */
export function createRowsDigest() {
  let sum = 0n;
  let count = 0;
  return {
    add(row: TextRow): void {
      sum += BigInt(`0x${createHash('sha256').update(JSON.stringify(row)).digest('hex')}`);
      count += 1;
    },
    result: (): { count: number; digest: string } => ({ count, digest: BigInt.asUintN(256, sum).toString(16) }),
  };
}

/** Returns how many rows a table has, and their digest. */
export async function digestOf(db: Database, table: Table): Promise<{ count: number; digest: string }> {
  const digest = createRowsDigest();
  for await (const rows of slicesOf(db, table)) for (const row of rows) digest.add(row);
  return digest.result();
}
