import { sql } from 'kysely';
import type { Store } from './open.ts';
import type { Tables } from './schema.ts';

/** Columns that are encrypted or MACs under `SESSION_SECRET`. `until`: the column that says when a value expires. */
export const sealedColumns: readonly { table: keyof Tables; column: string; until: string | null }[] = [
  { table: 'sessions', column: 'id_token', until: 'ends_at' },
  { table: 'grants', column: 'qr', until: 'expires_at' },
  { table: 'recovery_codes', column: 'code_mac', until: 'expires_at' },
  { table: 'recovery_codes', column: 'sealed', until: 'expires_at' },
  { table: 'caller_verifications', column: 'code_mac', until: 'expires_at' },
  { table: 'outbox', column: 'body', until: null },
];

/** Counts the values that have not expired, by the key's id (`getKeyId`), then by `table.column`. */
export async function sealedUnder(store: Store, now: number): Promise<Map<string, Map<string, number>>> {
  const found = new Map<string, Map<string, number>>();
  for (const { table, column, until } of sealedColumns) {
    const lives = until === null ? sql`1 = 1` : sql`${sql.ref(until)} > ${now}`;
    const { rows } = await sql<{ id: string; count: number }>`
      SELECT substr(${sql.ref(column)}, 1, 8) AS id, count(*) AS count FROM ${sql.table(table)}
      WHERE ${sql.ref(column)} <> '' AND ${lives} GROUP BY 1`.execute(store);
    for (const { id, count } of rows) {
      const counts = found.get(id) ?? new Map<string, number>();
      found.set(id, counts.set(`${table}.${column}`, count));
    }
  }
  return found;
}
