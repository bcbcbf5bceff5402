import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely';
import pg from 'pg';
import { Client, readConnection, type DatabaseSettings } from './connection.ts';
import { assertMigrated, isMigrated, migrate, type MigrationProgress, type Migrations } from './migrate.ts';
import { DatabaseGone, isServersAnswer, isShuttingDown, isUnusable, getReason } from './errors.ts';
import { GuardedPool, type DatabaseWarning } from './guarded-pool.ts';
import { recordPoolUsage } from './pool-usage.ts';

export type PostgresOptions = {
  settings: DatabaseSettings;
  migrations: Migrations;
  /** Migrates nothing, and rejects if a migration is missing. */
  existing?: boolean;
  warn?: DatabaseWarning;
  progress?: MigrationProgress | undefined;
  /** Whether the running work is a change. Changes get at most three quarters of the connections. */
  isChange?: () => boolean;
};

const IDLE_MS = 60_000;
/**
 * In ms. Within a transaction the portal waits only for the database, so a longer pause means that its process hangs.
 */
export const IDLE_IN_TRANSACTION_MS = 4_000;
/** How much longer the portal waits than the server's limit of a statement, in ms. */
const GRACE_MS = 500;

const INT8 = 20;
const NUMERIC = 1700;

/** Throws if JavaScript cannot represent the integer exactly. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database returned ${text}, which is no safe integer`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? wholeNumber : pg.types.getTypeParser(oid, format)) as never,
};

/** The lock of Kysely's migrator belongs to a session, which a pooler may give to other clients. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

class Dialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }
}

function poolConfig(settings: DatabaseSettings, limits: pg.PoolConfig): pg.PoolConfig {
  return {
    ...readConnection(settings),
    ...limits,
    types,
    max: settings.poolSize,
    application_name: 'latchkey',
    // The server ends a slow statement earlier. This limit applies when the server does not answer.
    query_timeout: settings.statementMs + GRACE_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
  };
}

async function once<Row extends pg.QueryResultRow>(config: pg.PoolConfig, statement: string): Promise<Row[]> {
  const client = new Client(config);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** In ms. `START_MS`: how long a start waits for the database to answer. `TRY_MS`: between two attempts. */
const START_MS = 20_000;
const TRY_MS = 250;

/** Tries until the database answers, because database and portal may start at the same time. */
async function arrive(config: pg.PoolConfig, patienceMs: number): Promise<void> {
  for (const until = performance.now() + patienceMs; ;) {
    try {
      await once(config, 'SELECT 1');
      return;
    } catch (error) {
      const isAway = isUnusable(error) && (!isServersAnswer(error) || isShuttingDown(error));
      if (isAway && performance.now() <= until) {
        await new Promise((resolve) => setTimeout(resolve, TRY_MS));
        continue;
      }
      // Any other error is about TLS: an invalid certificate, or a server without TLS.
      if (isUnusable(error) || isServersAnswer(error)) throw error;
      throw new DatabaseGone(getReason(error), { cause: error });
    }
  }
}

/** PgBouncer refuses settings at the start of a connection, unless it is configured to ignore them. */
export const isRefusedSetting = (error: unknown) =>
  /unsupported startup parameter/.test(String((error as Error)?.message));

/** Connects without time limits if a pooler refuses them. */
async function connect(
  { settings, warn = () => {}, isChange = () => false }: PostgresOptions,
  patienceMs: number,
): Promise<GuardedPool> {
  const limits = {
    statement_timeout: settings.statementMs,
    lock_timeout: settings.lockMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  };
  const limited = poolConfig(settings, limits);
  try {
    await arrive(limited, patienceMs);
    return new GuardedPool({ settings: limited, warn, isChange });
  } catch (error) {
    if (!isRefusedSetting(error)) throw error;
  }
  const unlimited = poolConfig(settings, {});
  const names = Object.keys(limits);
  const rows = await once<Record<string, string>>(
    unlimited,
    `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
  );
  const missing = names.filter((name) => rows[0]?.[name] === '0');
  if (missing.length > 0) warn('the pooler sets no time limits', missing.join(', '));
  return new GuardedPool({ settings: unlimited, warn, isChange });
}

/** Without a time limit, because an index on a large table takes minutes. */
async function migrateAlone(
  pool: GuardedPool,
  { settings: { lockMs }, migrations, progress }: PostgresOptions,
  where: string,
): Promise<void> {
  const patient = new GuardedPool({ settings: { ...pool.options, max: 1, query_timeout: 0 }, warn: () => {} });
  const db = new Kysely<unknown>({ dialect: new Dialect({ pool: patient }) });
  try {
    await migrate(db, migrations, where, { lockMs, ...(progress && { progress }) });
  } finally {
    await db.destroy();
  }
}

/** Uses no session state, so it works behind a pooler that lends a connection per transaction. */
export async function openPostgres<Tables>(options: PostgresOptions): Promise<Kysely<Tables>> {
  const { settings, migrations, existing = false } = options;
  const pool = await connect(options, existing ? 0 : START_MS);
  const db = new Kysely<Tables>({ dialect: new Dialect({ pool }) });
  recordPoolUsage(db, () => pool.usage());
  try {
    const where = `the database ${settings.database} at ${settings.host}:${settings.port}`;
    if (existing) await assertMigrated(db, migrations, where);
    else if (!(await isMigrated(db, migrations, where))) await migrateAlone(pool, options, where);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}
