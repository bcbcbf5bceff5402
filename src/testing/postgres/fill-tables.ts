import type pg from 'pg';
import { smallTables } from '../statements/statements.ts';

/** `growing`: enough that PostgreSQL plans as for a large table. `small`: for `smallTables`. */
const ROWS = { growing: 5000, small: 5 };
/** A constraint limits these tables to one row. */
const single = ['audit_log_head', 'audit_sink_cursor'];

type Column = { table: string; column: string; type: string };

/** Fills empty tables with rows that no statement selects, so that PostgreSQL plans statements as on a store in use. */
export async function fillTables(client: pg.ClientBase): Promise<void> {
  const { rows: columns } = await client.query<Column>(`
    SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name NOT LIKE 'kysely%' ORDER BY table_name, ordinal_position`);
  const tables = [...new Set(columns.map(({ table }) => table))].sort(
    (one, other) => Number(other === 'sessions') - Number(one === 'sessions'),
  );
  for (const table of tables.filter((name) => !single.includes(name))) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
    if (rowCount !== 0) continue;
    const values = columns
      .filter((one) => one.table === table)
      .map(({ column, type }) => {
        if (type === 'bytea') return `''::bytea`;
        if (type !== 'text') return 'n * 1000';
        // A session's id must equal the `session_id` of the rows that refer to it.
        return table === 'sessions' && column === 'id' ? `md5('session_id' || n)` : `md5('${column}' || n)`;
      });
    // A small table contains current state, so its rows refer to the newest rows of other tables.
    const first = smallTables.has(table) ? ROWS.growing - ROWS.small : 1;
    await client.query(
      `INSERT INTO ${table} SELECT ${values.join(', ')} FROM generate_series(${first}, ${ROWS.growing}) n`,
    );
  }
  await client.query('ANALYZE');
}
