import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SqliteDialect, type Dialect, type SqliteDatabase } from 'kysely';

/**
 * Kysely on Node's own SQLite. Kysely expects better-sqlite3, whose statements tell whether they read, and take their
 * parameters as an array; this adapter does both. Prepared statements are cached, since the same few dozen run all the
 * time.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const prepared = new Map<string, { statement: StatementSync; reader: boolean }>();
  const adapter: SqliteDatabase = {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare(sql) {
      let kept = prepared.get(sql);
      if (!kept) {
        const statement = database.prepare(sql);
        // Cached, since reading the columns costs more than most statements.
        kept = { statement, reader: statement.columns().length > 0 };
        if (prepared.size < 500) prepared.set(sql, kept);
      }
      const { statement: run, reader } = kept;
      return {
        reader,
        all: (parameters) => run.all(...(parameters as never[])),
        run: (parameters) => {
          // A full disk ends the transaction by itself: the caller must see that failure, not a failed rollback.
          if (sql === 'rollback' && !database.isTransaction) return { changes: 0, lastInsertRowid: 0 };
          const { changes, lastInsertRowid } = run.run(...(parameters as never[]));
          return { changes, lastInsertRowid };
        },
        iterate: (parameters) => run.iterate(...(parameters as never[])) as IterableIterator<unknown>,
      };
    },
  };
  return new SqliteDialect({ database: adapter });
}
