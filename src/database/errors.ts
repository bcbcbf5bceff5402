/** This program cannot use the database's schema. The message says which schema it is, and what to do. */
export class SchemaVersionError extends Error {
  override name = 'SchemaVersionError';
}

/** The database has no schema, because no program has created one. */
export class MissingSchemaError extends SchemaVersionError {
  override name = 'MissingSchemaError';
}

/** The database does not answer, or one connection to it failed. */
export class DatabaseGone extends Error {
  override name = 'DatabaseGone';
  constructor(why = 'it did not answer, and is being tried', options?: ErrorOptions) {
    super(`the database cannot be reached: ${why}`, options);
  }
}

/** If all addresses of a host name failed, Node's error has only a code. */
export const getReason = (error: unknown): string =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);

const getFields = (error: unknown) => (error ?? {}) as { code?: unknown; errcode?: unknown; message?: unknown };

/** SQLite's primary result code (sqlite.org/rescode.html), or null. */
function sqliteCode(error: unknown): number | null {
  const { code, errcode } = getFields(error);
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : null;
}

/** Another process writes to the SQLite file. */
export const isBusy = (error: unknown): boolean => sqliteCode(error) === 5;

function sqlState(error: unknown): string | null {
  const { code } = getFields(error);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object) ? code : null;
}

/** Result codes for an unusable file: PERM, BUSY, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const sqliteUnusable = new Set([3, 5, 8, 10, 11, 13, 14, 26]);
/** Result codes for a file that may still be read: BUSY, READONLY, IOERR, FULL. */
const sqliteUnwritable = new Set([5, 8, 10, 13]);
/**
 * SQLSTATE classes and codes: connection lost or refused, unknown database, read-only, conflict with another
 * transaction, no resources, a time limit, shutdown, I/O error.
 */
const postgresUnusable = /^(?:08|28|3D000|25006|25P0[34]|40|53|55P03|57|58|XX)/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** node-postgres has no code for these errors. */
const driverMessages =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end|Postgres connection has been discarded)/;

/** Whether the database failed, and not only a statement. */
export function isUnusable(error: unknown): boolean {
  if (error instanceof DatabaseGone) return true;
  const sqlite = sqliteCode(error);
  if (sqlite !== null) return sqliteUnusable.has(sqlite);
  const state = sqlState(error);
  if (state !== null) return postgresUnusable.test(state);
  const { code, message } = getFields(error);
  // Node throws an AggregateError if all addresses of a host name failed.
  const isOfNetwork = error instanceof AggregateError || (error instanceof Error && 'syscall' in error);
  const fromNetwork = isOfNetwork && networkCodes.has(String(code));
  return fromNetwork || (error instanceof Error && driverMessages.test(String(message)));
}

export const isServersAnswer = (error: unknown): boolean => sqlState(error) !== null;

/** The server shuts down, recovers from a crash, or does not accept connections yet. */
export const isShuttingDown = (error: unknown): boolean => /^57P0[123]$/.test(sqlState(error) ?? '');

/** PostgreSQL refused to write, because it is no longer the primary. */
export const isReadOnly = (error: unknown): boolean => sqlState(error) === '25006';

/** SQLite cannot write (another process's lock, a full disk) but may still read. */
export const isUnwritable = (error: unknown): boolean => sqliteUnwritable.has(sqliteCode(error) ?? -1);

export const isUniqueViolation = (error: unknown): boolean =>
  sqlState(error) === '23505' || (sqliteCode(error) === 19 && /UNIQUE/.test(String(getFields(error).message)));

export const isForeignKeyViolation = (error: unknown): boolean =>
  sqlState(error) === '23503' || (sqliteCode(error) === 19 && /FOREIGN KEY/.test(String(getFields(error).message)));

/** The transaction conflicted with another one, and may succeed if it runs again. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '');

export const isMissingTable = (error: unknown): boolean =>
  sqlState(error) === '42P01' || (sqliteCode(error) === 1 && /no such table/.test(String(getFields(error).message)));
