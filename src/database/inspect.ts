import type pg from 'pg';
import { Client, readConnection, type DatabaseSettings } from './connection.ts';
import { IDLE_IN_TRANSACTION_MS, isRefusedSetting } from './postgres.ts';

/** Times are in ms. */
export type DatabaseFacts = {
  /** `server_version_num`: 150004 is 15.4. */
  version: number;
  versionText: string;
  encoding: string;
  role: string;
  /** Null when the role has no schema for its tables. */
  schema: string | null;
  isStandby: boolean;
  isReadOnly: boolean;
  mayCreate: boolean;
  /** In the role's default schema, with the role's rights. */
  tables: { name: string; rights: string[]; isOwn: boolean }[];
  statementMs: number;
  lockMs: number;
  idleInTransactionMs: number;
  idleSessionMs: number;
  /** Of the server's connection, to the portal or to a pooler. Null without TLS. */
  tlsVersion: string | null;
  /** `aheadMs`: how far this machine's clock is ahead of the server's. `exactMs`: the error of this measurement. */
  aheadMs: number;
  exactMs: number;
  fsync: boolean;
  synchronousCommit: string;
  synchronousStandbys: string;
  hasStandby: boolean;
  /** The most connections of a role without special rights, from the limits of server, role and database. */
  connections: number;
  /** For how long a pooler lends a connection to a client. Null without a pooler. */
  pooler: 'transaction' | 'session' | 'statement' | null;
};

const portalLimits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

async function connect(settings: DatabaseSettings, limits: pg.ClientConfig): Promise<Client> {
  const client = new Client({ ...readConnection(settings), ...limits, application_name: 'latchkey doctor' });
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return client;
}

/** Connects without time limits if a pooler refuses them. */
async function connectAsPortal(settings: DatabaseSettings): Promise<Client> {
  const { statementMs: statement_timeout, lockMs: lock_timeout } = settings;
  const limits = { statement_timeout, lock_timeout, idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS };
  return connect(settings, limits).catch((error: unknown) => {
    if (!isRefusedSetting(error)) throw error;
    return connect(settings, {});
  });
}

const rights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const factsQuery = `
  SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS "versionText",
    current_setting('server_encoding') AS encoding, current_user AS role, current_schema() AS schema,
    pg_is_in_recovery() AS "isStandby",
    (SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only') AS "isReadOnly",
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
    current_setting('fsync') = 'on' AS fsync, current_setting('synchronous_commit') AS "synchronousCommit",
    current_setting('synchronous_standby_names') AS "synchronousStandbys",
    EXISTS (SELECT FROM pg_stat_replication) AS "hasStandby",
    (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS "tlsVersion",
    least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int,
      (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
      (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
    ) AS connections`;
const limitsQuery = `
  SELECT name, setting::int AS ms FROM pg_settings WHERE name = ANY ($1)`;
const tablesQuery = `
  SELECT c.relname AS name, pg_has_role(c.relowner, 'USAGE') AS "isOwn",
    ARRAY(SELECT r FROM unnest($1::text[]) AS r WHERE has_table_privilege(c.oid, r)) AS rights
  FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1`;

/** The fastest of five answers has the smallest error. */
async function readClock(client: Client, now: () => number): Promise<{ aheadMs: number; exactMs: number }> {
  let best = { aheadMs: 0, exactMs: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < 5; tries += 1) {
    const before = now();
    const { rows } = await client.query<{ ms: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    const after = now();
    const exactMs = (after - before) / 2;
    if (exactMs < best.exactMs) best = { aheadMs: before + exactMs - Number(rows[0]!.ms), exactMs };
  }
  return best;
}

const findProcess = async (client: Client): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;

/** A pooler tells its client another process id than the server does. */
async function findPooler(client: Client, settings: DatabaseSettings): Promise<DatabaseFacts['pooler']> {
  const pid = await findProcess(client);
  if (pid === (client as unknown as { processID: number }).processID) return null;
  const other = await connect(settings, {});
  try {
    // Fails with a pooler that lends a connection for one statement only.
    await other.query('BEGIN READ ONLY');
    await other.query('COMMIT');
    // Two clients on the same server process: the pooler lends the process for a transaction only.
    return (await findProcess(other)) === (await findProcess(client)) ? 'transaction' : 'session';
  } catch {
    return 'statement';
  } finally {
    await other.end().catch(() => {});
  }
}

/** Writes nothing. Throws the driver's error when the server cannot be reached. `now`: this machine's clock, in ms. */
export async function inspectPostgres(settings: DatabaseSettings, now: () => number): Promise<DatabaseFacts> {
  const client = await connectAsPortal(settings);
  try {
    const { rows: facts } = await client.query<DatabaseFacts>(factsQuery);
    const { rows: tables } = await client.query<DatabaseFacts['tables'][number]>(tablesQuery, [rights]);
    const names = [...portalLimits, 'idle_session_timeout'];
    const { rows: limits } = await client.query<{ name: string; ms: number }>(limitsQuery, [names]);
    const readLimit = (name: string) => limits.find((limit) => limit.name === name)?.ms ?? 0;
    const [statementMs, lockMs, idleInTransactionMs, idleSessionMs] = names.map(readLimit) as [
      number,
      number,
      number,
      number,
    ];
    const pooler = await findPooler(client, settings);
    const clock = await readClock(client, now);
    return { ...facts[0]!, tables, statementMs, lockMs, idleInTransactionMs, idleSessionMs, pooler, ...clock };
  } finally {
    await client.end();
  }
}
