import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import { inspectPostgres, type DatabaseFacts } from '#database/inspect.ts';
import type { DatabaseSettings } from '#database/connection.ts';
import { IDLE_IN_TRANSACTION_MS } from '#database/postgres.ts';
import { isLoopback } from '#bff/platform/env/loopback.ts';
import { SKEW_MS } from '#bff/platform/store/store-time.ts';
import { DEADLINE_MS } from '#bff/platform/lifecycle/deadline.ts';
import { neededRights } from '../prepare-database/portal-rights.ts';

/** Major versions of PostgreSQL. The tests run on those in `TESTED`. */
const OLDEST = 15;
const TESTED = [15, 18];

/** A difference of clocks that people notice in the audit log. */
const NOTICEABLE_MS = 1000;

const getCode = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? '');

function connectionAdvice(error: unknown, { host, port, database, user }: DatabaseSettings): string {
  const message = error instanceof Error ? error.message : String(error);
  const advice: Record<string, string> = {
    '28P01': `correct user and password in DATABASE_URL`,
    '28000': `let ${user} log in to ${database} in the server's pg_hba.conf, and check user and TLS in DATABASE_URL`,
    '3D000': `create it: CREATE DATABASE ${database} OWNER ${user} ENCODING 'UTF8'`,
    '42501': `GRANT CONNECT ON DATABASE ${database} TO ${user}`,
    '53300': `raise max_connections, or lower DATABASE_POOL_SIZE`,
    ENOTFOUND: `check the host in DATABASE_URL`,
    ECONNREFUSED: `nothing listens at ${host}:${port}: start the database, or check DATABASE_URL`,
    ERR_TLS_CERT_ALTNAME_INVALID: `name the server in DATABASE_URL as its certificate does`,
    CERT_HAS_EXPIRED: `renew the server's certificate`,
  };
  const tls = /self.signed|unable to (?:verify|get)/i.test(message)
    ? 'name the file of its authority’s certificate in DATABASE_URL: ?sslrootcert=FILE'
    : /does not support SSL/.test(message)
      ? 'turn on ssl at the server; only on a network that nobody else can read, add ?sslmode=disable to DATABASE_URL'
      : 'check DATABASE_URL and the network';
  return `${message}: ${advice[getCode(error)] ?? tls}`;
}

function checkRights({ role, schema, mayCreate, tables }: DatabaseFacts): string {
  if (schema === null) throw new Error(`${role} has no schema: CREATE SCHEMA ${role} AUTHORIZATION ${role}`);
  const missing = new Map<string, string[]>();
  for (const { name, rights } of tables) {
    const lacks = neededRights(name).filter((right) => !rights.includes(right));
    if (lacks.length > 0) missing.set(lacks.join(', '), [...(missing.get(lacks.join(', ')) ?? []), name]);
  }
  const grants = [...missing].map(([what, names]) => `GRANT ${what} ON ${names.join(', ')} TO ${role}`);
  if (grants.length > 0) throw new Error(`${role} lacks rights: ${grants.join('; ')}`);
  if (tables.length === 0) {
    if (!mayCreate) throw new Error(`${role} may not create tables: GRANT CREATE ON SCHEMA ${schema} TO ${role}`);
    return `${role} may create tables in the schema ${schema}, which is empty`;
  }
  const isOwner = mayCreate && tables.every(({ isOwn }) => isOwn);
  const log = tables.find(({ name }) => name === 'audit_log');
  if (log && !log.isOwn && log.rights.some((right) => right === 'UPDATE' || right === 'DELETE'))
    throw new ConfigWarning(
      `${role} may change the audit log, which it need not: REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM ${role}`,
    );
  return `${role} may use its ${tables.length} tables in the schema ${schema}${isOwner ? ', and change them in a new version' : '; before a new version, run prepare-database with their owner in DATABASE_URL'}`;
}

function checkLimits(facts: DatabaseFacts, settings: DatabaseSettings): string {
  const { role, statementMs, lockMs, idleInTransactionMs, idleSessionMs, pooler } = facts;
  const limits: [string, number, number][] = [
    ['statement_timeout', statementMs, settings.statementMs],
    ['lock_timeout', lockMs, settings.lockMs],
    ['idle_in_transaction_session_timeout', idleInTransactionMs, IDLE_IN_TRANSACTION_MS],
  ];
  const unset = limits.filter(([, ms]) => ms === 0);
  if (unset.length > 0)
    throw new ConfigWarning(
      `nothing limits ${unset.map(([name]) => name).join(', ')}, since a pooler takes no settings: ${unset
        .map(([name, , value]) => `ALTER ROLE ${role} SET ${name} = ${value}`)
        .join('; ')}`,
    );
  const long = limits.slice(0, 2).filter(([, ms]) => ms >= DEADLINE_MS);
  if (long.length > 0)
    throw new ConfigWarning(
      `${long.map(([name, ms]) => `${name} is ${ms} ms`).join(', ')}: a request ends after ${DEADLINE_MS} ms; lower them at the role`,
    );
  if (idleSessionMs > 0 && !pooler)
    throw new ConfigWarning(
      `idle_session_timeout ends the portal's waiting connections after ${idleSessionMs} ms: ALTER ROLE ${role} SET idle_session_timeout = 0`,
    );
  return limits.map(([name, ms]) => `${name} ${ms} ms`).join(', ');
}

function checkTls({ tlsVersion, pooler }: DatabaseFacts, { tls, host }: DatabaseSettings): string {
  if (pooler)
    return `${tls ? 'the pooler’s certificate is verified' : 'the pooler is spoken to in the clear'}; from there to the server ${tlsVersion ?? 'in the clear'}`;
  if (tlsVersion !== null) return `${tlsVersion}, and the server’s certificate is verified`;
  if (isLoopback(host)) return 'none, and none is needed on this machine';
  throw new ConfigWarning(
    'none: the password and all data go over the network in the clear. Turn on ssl at the server, and remove sslmode=disable from DATABASE_URL',
  );
}

function checkClock({ aheadMs, exactMs }: DatabaseFacts): string {
  const off = Math.round(aheadMs);
  const text = `this machine’s clock is ${Math.abs(off)} ms ${off < 0 ? 'behind' : 'ahead of'} the database’s (± ${Math.ceil(exactMs)} ms)`;
  if (Math.abs(aheadMs) - exactMs > SKEW_MS) throw new Error(`${text}: set both by NTP`);
  if (Math.abs(aheadMs) - exactMs > NOTICEABLE_MS) throw new ConfigWarning(`${text}: set both by NTP`);
  return text;
}

function checkDurability(facts: DatabaseFacts): string {
  const { role, fsync, synchronousCommit, synchronousStandbys, hasStandby } = facts;
  if (!fsync) throw new Error('fsync is off, so a power cut can lose or break everything: set fsync = on');
  if (synchronousCommit === 'off')
    throw new Error(
      `synchronous_commit is off, so a crash loses audit rows that were acknowledged: ALTER ROLE ${role} SET synchronous_commit = on`,
    );
  if (synchronousStandbys === '')
    throw new ConfigWarning(
      'no standby is synchronous: if one takes over, the last rows of the audit log may be missing, which looks like a log that was cut. Set synchronous_standby_names at the server',
    );
  if (synchronousCommit === 'local')
    throw new ConfigWarning(
      `synchronous_commit is local, so commits do not wait for ${synchronousStandbys}: ALTER ROLE ${role} SET synchronous_commit = on`,
    );
  if (!hasStandby)
    throw new Error(
      `no standby is connected, and commits wait for ${synchronousStandbys}, so nothing can be changed: start the standby, or empty synchronous_standby_names`,
    );
  return `synchronous_commit is ${synchronousCommit}, with the standby ${synchronousStandbys}`;
}

function checkConnections({ connections, pooler }: DatabaseFacts, { poolSize }: DatabaseSettings): string {
  if (pooler === 'statement')
    throw new Error('the pooler lends a connection for one statement: set pool_mode = transaction');
  if (pooler === 'session')
    throw new ConfigWarning(
      'the pooler lends a connection for a whole session, so it saves none: set pool_mode = transaction',
    );
  if (pooler) return `a pooler lends them for one transaction each; the server has ${connections}`;
  if (poolSize > connections)
    throw new Error(
      `DATABASE_POOL_SIZE is ${poolSize}, and the server allows ${connections}: lower it, or raise max_connections or the limit of the role or the database`,
    );
  const portals = Math.floor(connections / poolSize);
  const text = `the server allows ${connections}, enough for ${portals} ${portals === 1 ? 'portal' : 'portals'} of DATABASE_POOL_SIZE ${poolSize}`;
  // During a restart, the old and the new portal are connected at the same time.
  if (portals < 2)
    throw new ConfigWarning(`${text}; a restart needs two for a moment: lower it, or raise max_connections`);
  return text;
}

/** Only reads the database. */
export function databaseChecks(settings: DatabaseSettings | null | undefined, clock: { now(): number }): ConfigCheck[] {
  if (!settings) return [];
  let facts: DatabaseFacts | null = null;
  const factCheck = (name: string, run: (found: DatabaseFacts) => string) =>
    check(`database ${name}`, async () => run(facts!), 'database');
  return [
    check('database', async () => {
      facts = await inspectPostgres(settings, clock.now).catch((error: unknown) => {
        throw new Error(connectionAdvice(error, settings));
      });
      const { version, versionText, isStandby, isReadOnly, encoding } = facts;
      const major = Math.floor(version / 10_000);
      if (major < OLDEST) throw new Error(`it is PostgreSQL ${versionText}: use ${OLDEST} or later`);
      if (isStandby) throw new Error('it is a standby, which cannot be written: name the primary in DATABASE_URL');
      if (isReadOnly)
        throw new Error(`it takes no writes: ALTER DATABASE ${settings.database} RESET default_transaction_read_only`);
      if (encoding !== 'UTF8')
        throw new Error(`its encoding is ${encoding}: create a database with ENCODING 'UTF8' TEMPLATE template0`);
      return `PostgreSQL ${versionText} answers (tested: ${TESTED.join(' to ')})`;
    }),
    factCheck('rights', checkRights),
    factCheck('time limits', (found) => checkLimits(found, settings)),
    factCheck('TLS', (found) => checkTls(found, settings)),
    factCheck('clock', checkClock),
    factCheck('durability', checkDurability),
    factCheck('connections', (found) => checkConnections(found, settings)),
  ];
}
