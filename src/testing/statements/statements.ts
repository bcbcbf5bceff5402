import { sql, type Kysely, type KyselyPlugin } from 'kysely';
import type { Store } from '#bff/platform/store/open.ts';
import { getDatabaseName } from '#database/portable-sql.ts';
import { isPlace, postgresBareForeignKeys, postgresScans } from '../postgres/plans.ts';

export type Statement = { sql: string; parameters: readonly unknown[]; runs: number };
export type Scan = { sql: string; step: string };

/** These tables contain only current state or a few rows, so a statement may read all of them. */
export const smallTables: ReadonlySet<string> = new Set([
  'audit_log_head',
  'audit_sink_cursor',
  'org_facts',
  'open_intents',
  'locks',
  'replicas',
  'resets',
  'freezes',
]);

export function watched(store: Store): { store: Store; statements: Map<string, Statement> } {
  const statements = new Map<string, Statement>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const { sql: text, parameters } = store.getExecutor().compileQuery(node, queryId);
      const known = statements.get(text);
      if (known) known.runs += 1;
      else statements.set(text, { sql: text, parameters, runs: 1 });
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { store: store.withPlugin(plugin), statements };
}

/** An index that only excludes NULL grows like its table. */
async function openIndexes(db: Kysely<never>): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
    text: string;
  }>`SELECT name, sql AS text FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'`.execute(db);
  return rows.filter(({ text }) => !/ WHERE \w+ IS NOT NULL$/.test(text.trim())).map(({ name }) => name);
}

const isQuery = ({ sql: text }: Statement) => /^\s*(?:select|insert|update|delete|with)\b/i.test(text);

/** Statements that read a whole growing table or index, by the database's plan (sqlite.org/eqp.html). */
export async function findScans(db: Kysely<never>, statements: Iterable<Statement>): Promise<Scan[]> {
  const queries = [...statements].filter(isQuery);
  if (getDatabaseName(db) === 'postgres') return postgresScans(db, queries, (table) => smallTables.has(table));
  const open = await openIndexes(db);
  const scans: Scan[] = [];
  for (const { sql: text, parameters } of queries) {
    const plan = {
      sql: `EXPLAIN QUERY PLAN ${text}`,
      // A prepared statement has placeholders instead of values. SQLite's plans do not depend on values.
      parameters: parameters.map((given) => (isPlace(given) ? null : given)),
      query: sql`x`.toOperationNode(),
      queryId: { queryId: 'plan' },
    };
    const { rows } = await db.executeQuery<{ detail: string }>(plan as never);
    const names = new Map([...text.matchAll(/"(\w+)" as "(\w+)"/g)].map(([, name, alias]) => [alias!, name!]));
    // A scan of an inner select's result is ignored, because the plan also has the steps of the inner select.
    const inner = new Set(rows.flatMap(({ detail }) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/.exec(detail)?.[1] ?? []));
    for (const { detail } of rows) {
      const found = /^SCAN (\S+)/.exec(detail)?.[1];
      if (
        found === undefined ||
        found === 'CONSTANT' ||
        /^\d+-ROW$/.test(found) ||
        inner.has(found) ||
        found.startsWith('sqlite_') ||
        found.startsWith('(')
      )
        continue;
      const isOpen = open.some((name) => detail.endsWith(`INDEX ${name}`));
      if (!isOpen && !smallTables.has(names.get(found) ?? found)) scans.push({ sql: text, step: detail });
    }
  }
  return scans;
}

/** When a referenced row is deleted, the database searches the foreign key's whole table, and no plan shows it. */
export async function bareForeignKeys(db: Kysely<never>): Promise<string[]> {
  if (getDatabaseName(db) === 'postgres') return postgresBareForeignKeys(db);
  const { rows } = await sql<{ name: string }>`
    SELECT t.name || '.' || f."from" AS name FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' AND NOT EXISTS (
      SELECT 1 FROM pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
      WHERE i.partial = 0 AND c.seqno = 0 AND c.name = f."from"
    )`.execute(db);
  return rows.map(({ name }) => name);
}
