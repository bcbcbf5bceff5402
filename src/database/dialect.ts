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
 * Adds a direct way to read. In Kysely's queue for the one connection, a short read would wait longer than it takes.
 */
export class NodeSqliteAdapter extends SqliteAdapter {
  /** Returns undefined while a transaction is open, because the read would see that transaction's writes. */
  readonly readNow: (sql: string, parameters: Parameters) => unknown[] | undefined;

  constructor(readNow: NodeSqliteAdapter['readNow']) {
    super();
    this.readNow = readNow;
  }

  /** Kysely's migrator then uses a transaction, so that a failed migration changes nothing. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Time between attempts while another process writes, in ms. */
const LOOK_MS = 20;

/**
 * SQLite's own `busy_timeout` would block the whole program, also reads, health checks and metrics. After `busyMs`, new
 * statements fail at once, until a statement can write again.
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
 * Kysely expects better-sqlite3, whose statements know whether they read, and take parameters as an array. `busyMs`:
 * how long statements wait for another process that writes. `reads`: transactions begin without the right to write.
 */
export function nodeSqliteDialect(database: DatabaseSync, busyMs: number, reads = false): Dialect {
  const prepared = new Map<string, { statement: StatementSync; reader: boolean }>();
  function prepare(sql: string) {
    let kept = prepared.get(sql);
    if (!kept) {
      const statement = database.prepare(sql);
      // Reading the columns takes longer than most statements.
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
      // `begin immediate` waits for other writers. With `begin`, a transaction that reads first would fail at once.
      const { statement: run, reader } = prepare(sql === 'begin' && !reads ? 'begin immediate' : sql);
      return {
        reader,
        all: (parameters) => run.all(...(parameters as never[])),
        run: (parameters) => {
          // A full disk ends the transaction by itself. The error of a failed rollback would hide the disk's error.
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
