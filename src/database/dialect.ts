import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import {
  SelectQueryNode,
  SqliteAdapter,
  SqliteDialect,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
} from 'kysely';
import { isBusy } from './errors.ts';

type Parameters = readonly unknown[];

/**
 * What prepared statements run on (`prepared.ts`): Kysely's queue for the one connection costs more than a short read.
 */
export class NodeSqliteAdapter extends SqliteAdapter {
  /**
   * Reads at once. Undefined while a transaction is open: its unfinished writes would be seen, so the read must queue.
   */
  readonly readNow: (sql: string, parameters: Parameters) => unknown[] | undefined;

  constructor(readNow: NodeSqliteAdapter['readNow']) {
    super();
    this.readNow = readNow;
  }

  /** Kysely's migrator then takes a transaction, so that a failed migration leaves nothing behind. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** How often a statement looks whether another process still writes, in milliseconds. */
const LOOK_MS = 20;

/**
 * Waits for another process's transaction. SQLite's own `busy_timeout` would stop the whole program meanwhile: reads,
 * health checks and metrics, too. After the limit all fail at once, until a statement can write again: each waits for
 * those before it. Within a transaction nothing waits, since it begins with the right to write.
 */
function patient(connection: DatabaseConnection, busyMs: number): DatabaseConnection {
  let busySince: number | null = null;
  return {
    async executeQuery(query, options) {
      for (;;) {
        try {
          const result = await connection.executeQuery<never>(query, options);
          if (!SelectQueryNode.is(query.query)) busySince = null;
          return result;
        } catch (error) {
          if (!isBusy(error)) throw error;
          busySince ??= performance.now();
          if (performance.now() - busySince >= busyMs) throw error;
          await pause(LOOK_MS);
        }
      }
    },
    streamQuery: (...given) => connection.streamQuery(...given),
  };
}

/**
 * Kysely on Node's own SQLite. Kysely expects better-sqlite3, whose statements tell whether they read, and take their
 * parameters as an array; this adapter does both. Prepared statements are cached, since the same few dozen run all the
 * time.
 * @param busyMs how long statements wait for another process that writes, in milliseconds
 * @param reads nothing is written, so a transaction only reads
 */
export function nodeSqliteDialect(database: DatabaseSync, busyMs: number, reads = false): Dialect {
  const prepared = new Map<string, { statement: StatementSync; reader: boolean }>();
  function prepare(sql: string) {
    let kept = prepared.get(sql);
    if (!kept) {
      const statement = database.prepare(sql);
      // Cached, since reading the columns costs more than most statements.
      kept = { statement, reader: statement.columns().length > 0 };
      if (prepared.size < 500) prepared.set(sql, kept);
    }
    return kept;
  }
  const adapter: SqliteDatabase = {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare(sql) {
      // A transaction that read first and then wants to write could not wait for another process's.
      const { statement: run, reader } = prepare(sql === 'begin' && !reads ? 'begin immediate' : sql);
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
  const readNow: NodeSqliteAdapter['readNow'] = (sql, parameters) =>
    database.isTransaction ? undefined : prepare(sql).statement.all(...(parameters as never[]));
  const dialect = new SqliteDialect({ database: adapter });
  return {
    createAdapter: () => new NodeSqliteAdapter(readNow),
    createDriver() {
      const driver = dialect.createDriver();
      const acquire = driver.acquireConnection.bind(driver);
      let only: DatabaseConnection | null = null;
      driver.acquireConnection = async (options) => (only ??= patient(await acquire(options), busyMs));
      return driver;
    },
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}
