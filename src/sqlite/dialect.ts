import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SqliteDialect } from 'kysely';
import type { Dialect, SqliteDatabase } from 'kysely';

/**
 * Kysely on Node's own SQLite. Kysely speaks to better-sqlite3, whose statements say whether they read
 * and take their parameters as one array; Node's do neither, hence this adapter. Prepared statements are kept,
 * since the same few dozen run all day.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const prepared = new Map<string, StatementSync>();
  const adapter: SqliteDatabase = {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare(sql) {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = database.prepare(sql);
        if (prepared.size < 500) prepared.set(sql, statement);
      }
      const run = statement;
      return {
        reader: run.columns().length > 0,
        all: (parameters) => run.all(...(parameters as never[])),
        run: (parameters) => {
          const { changes, lastInsertRowid } = run.run(...(parameters as never[]));
          return { changes, lastInsertRowid };
        },
        iterate: (parameters) => run.iterate(...(parameters as never[])) as IterableIterator<unknown>,
      };
    },
  };
  return new SqliteDialect({ database: adapter });
}
