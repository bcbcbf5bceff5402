import type pg from 'pg';
import { smallTables } from '../statements/statements.ts';

/** So many rows that PostgreSQL's plans are those of a large table; and those of a table with current state only. */
const ROWS = { growing: 5000, small: 5 };
/** One row, which a condition demands. */
const single = ['audit_log_head', 'audit_sink_cursor'];

type Column = { table: string; column: string; type: string };

/**
 * Fills every empty table with rows that no statement looks for, and lets PostgreSQL analyse them: the plans of its
 * statements are then those of a store that is in use.
 */
export async function fillTables(client: pg.ClientBase): Promise<void> {
  const { rows: columns } = await client.query<Column>(`
    SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name NOT LIKE 'kysely%' ORDER BY table_name, ordinal_position`);
  // Other tables refer to the sessions.
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
        // The same for the session and for what refers to it.
        return table === 'sessions' && column === 'id' ? `md5('session_id' || n)` : `md5('${column}' || n)`;
      });
    // What is open is among the newest.
    const first = smallTables.has(table) ? ROWS.growing - ROWS.small : 1;
    await client.query(
      `INSERT INTO ${table} SELECT ${values.join(', ')} FROM generate_series(${first}, ${ROWS.growing}) n`,
    );
  }
  await client.query('ANALYZE');
}
