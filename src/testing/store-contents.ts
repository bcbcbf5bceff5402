import { sql } from 'kysely';
import type { Store } from '#bff/platform/store/open.ts';
import type { AuditRow } from '#bff/records/audit-log/audit-log.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { getDatabaseName } from '#database/portable-sql.ts';

export async function readRows(store: Store, table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}`.execute(store);
  return rows;
}

export async function readContents(store: Store, ...left: readonly string[]) {
  const tables = (await store.introspection.getTables()).map(({ name }) => name).filter((name) => !left.includes(name));
  return Object.fromEntries(
    await Promise.all(tables.sort().map(async (name) => [name, await readRows(store, name)] as const)),
  );
}

/** Omits times, because a time may contain the digits of a code. */
export const readText = async (store: Store, ...left: readonly string[]): Promise<string> =>
  JSON.stringify(await readContents(store, ...left)).replaceAll(/\b\d{13}\b/g, '');

/** A list means any of its values. */
export type AuditFilter = { [Column in keyof AuditRow]?: AuditRow[Column] | readonly AuditRow[Column][] };

/** Oldest first. `columns`: all by default. */
export async function auditRows<Column extends keyof AuditRow = keyof AuditRow>(
  store: Store,
  filter: AuditFilter,
  ...columns: Column[]
): Promise<Pick<AuditRow, Column>[]> {
  let query = store.selectFrom('audit_log').orderBy('seq');
  for (const [column, value] of Object.entries(filter))
    query = query.where(column as 'seq', Array.isArray(value) ? 'in' : '=', value as never);
  return (columns.length > 0 ? query.select(columns) : query.selectAll()).execute() as never;
}

type Write = {
  table: keyof Tables;
  on: 'INSERT' | 'UPDATE' | 'DELETE';
  /** An SQL condition on `NEW` or (for a deletion) `OLD`. Default: every row. */
  when?: string;
};

export async function refuseWrites(store: Store, { table, on, when }: Write): Promise<() => Promise<void>> {
  const name = `refuse_${table}`;
  const before = `CREATE TRIGGER ${name} BEFORE ${on} ON ${table}`;
  const isPostgres = getDatabaseName(store) === 'postgres';
  if (isPostgres) {
    const body = "BEGIN RAISE EXCEPTION 'disk full'; END";
    await sql
      .raw(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS '${body.replaceAll("'", "''")}'`)
      .execute(store);
    await sql.raw(`${before} FOR EACH ROW ${when ? `WHEN (${when})` : ''} EXECUTE FUNCTION ${name}()`).execute(store);
  } else {
    await sql.raw(`${before} ${when ? `WHEN ${when}` : ''} BEGIN SELECT RAISE(ABORT, 'disk full'); END`).execute(store);
  }
  return async () => {
    if (isPostgres) await sql.raw(`DROP FUNCTION ${name} CASCADE`).execute(store);
    else await sql.raw(`DROP TRIGGER ${name}`).execute(store);
  };
}

/** Acts like an attacker who can write to the table but has no key: copies the newest row, outside the hash chain. */
export async function plantRow(store: Store, seq: number, over: Partial<AuditRow> = {}): Promise<void> {
  const newest = store.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1);
  const row = await newest.executeTakeFirstOrThrow();
  const isPostgres = getDatabaseName(store) === 'postgres';
  if (seq < 1)
    await (
      isPostgres
        ? sql`ALTER TABLE audit_log DROP CONSTRAINT audit_log_seq_check`
        : sql`PRAGMA ignore_check_constraints = ON`
    ).execute(store);
  await store
    .insertInto('audit_log')
    .values({ ...row, ...over, seq })
    .execute();
  // Another test may use this database later.
  if (seq < 1 && isPostgres)
    await sql`ALTER TABLE audit_log ADD CONSTRAINT audit_log_seq_check CHECK (seq > 0) NOT VALID`.execute(store);
}
