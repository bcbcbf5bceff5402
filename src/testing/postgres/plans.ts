import { sql, type Kysely } from 'kysely';
import type { Scan, Statement } from '../statements/statements.ts';

/** A prepared statement has placeholders instead of values. */
export const isPlace = (given: unknown): boolean =>
  given instanceof Object && !Array.isArray(given) && !ArrayBuffer.isView(given);

type QueryPlan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: QueryPlan[];
};

const listNodes = (plan: QueryPlan): QueryPlan[] => [plan, ...(plan.Plans ?? []).flatMap(listNodes)];

/** Keys are names. `first`: the first column. `where`: the condition of a partial index. */
async function listIndexes(
  db: Kysely<never>,
): Promise<Map<string, { first: string; table: string; where: string | null }>> {
  const { rows } = await sql<{ name: string; first: string; table: string; where: string | null }>`
    SELECT c.relname AS name, t.relname AS table, a.attname AS first, pg_get_expr(i.indpred, i.indrelid) AS where
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE t.relnamespace = current_schema()::regnamespace`.execute(db);
  return new Map(rows.map((row) => [row.name, row]));
}

/** A partial index that only excludes NULL grows like its table. */
const isOverOpenRows = (where: string | null) => where !== null && !/^\(\w+ IS NOT NULL\)$/.test(where);

/**
 * Statements with a sequential scan, although these are disabled, or without a condition on an index's first column.
 */
export async function postgresScans(
  db: Kysely<never>,
  statements: readonly Statement[],
  isSmall: (table: string) => boolean,
): Promise<Scan[]> {
  const indexes = await listIndexes(db);
  return db.connection().execute(async (connection) => {
    await sql`SET enable_seqscan = off`.execute(connection);
    const scans: Scan[] = [];
    try {
      for (const { sql: text, parameters } of statements) {
        const { rows } = await connection.executeQuery<{ 'QUERY PLAN': Record<string, QueryPlan>[] }>({
          sql: `EXPLAIN (FORMAT JSON) ${text}`,
          // 0 is valid for every type of placeholder.
          parameters: parameters.map((given) => (isPlace(given) ? '0' : given)),
          query: sql`x`.toOperationNode(),
          queryId: { queryId: 'plan' },
        } as never);
        // Without ANALYZE, the object has one entry: the root node of the plan.
        for (const node of Object.values(rows[0]!['QUERY PLAN'][0]!).flatMap(listNodes)) {
          const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, 'Index Cond': condition } = node;
          if (type === 'Seq Scan' && !isSmall(table!)) scans.push({ sql: text, step: `Seq Scan on ${table}` });
          if (index === undefined) continue;
          const found = indexes.get(index);
          if (!found || isSmall(found.table) || isOverOpenRows(found.where)) continue;
          if (!new RegExp(`\\b${found.first}\\b`).test(condition ?? ''))
            scans.push({ sql: text, step: `${type} using ${index} (${condition ?? 'no condition'})` });
        }
      }
    } finally {
      await sql`RESET enable_seqscan`.execute(connection);
    }
    return scans;
  });
}

export async function postgresBareForeignKeys(db: Kysely<never>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT t.relname || '.' || a.attname AS name
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1] AND i.indpred IS NULL)
    ORDER BY 1`.execute(db);
  return rows.map(({ name }) => name);
}
