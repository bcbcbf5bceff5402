import { sql } from 'kysely';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { engineOf } from '#database/engine.ts';

/** The names of the portal's tables, in order. */
export async function tablesOf(store: Store): Promise<string[]> {
  const tables = await store.introspection.getTables();
  return tables.map(({ name }) => name).sort();
}

/** Every row of a table. */
export async function rowsOf(store: Store, table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}`.execute(store);
  return rows;
}

type Write = {
  table: keyof Tables;
  on: 'INSERT' | 'UPDATE' | 'DELETE';
  /** A condition on `NEW`, of a deletion on `OLD`; default: every row. */
  when?: string;
};

/** Makes a store refuse a kind of write, as if it failed there. Returns a function that ends it. */
export async function refuseWrites(store: Store, { table, on, when }: Write): Promise<() => Promise<void>> {
  const name = `refuse_${table}`;
  const before = `CREATE TRIGGER ${name} BEFORE ${on} ON ${table}`;
  const isPostgres = engineOf(store) === 'postgres';
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
