/** The file or database has a schema that this program does not read; the message says which and what to do. */
export class SchemaVersionError extends Error {
  override name = 'SchemaVersionError';
}

/** The file or database has no schema at all: no program made one yet. */
export class MissingSchemaError extends SchemaVersionError {
  override name = 'MissingSchemaError';
}

/** Nobody answers where the database was, or this connection to it failed. */
export class DatabaseGone extends Error {
  override name = 'DatabaseGone';
  constructor(why = 'it did not answer, and is being tried', options?: ErrorOptions) {
    super(`the database cannot be reached: ${why}`, options);
  }
}

/** What an error says. Where each address of a name fails, Node's error has a code and no message. */
export const getReason = (error: unknown): string =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);

const getFields = (error: unknown) => (error ?? {}) as { code?: unknown; errcode?: unknown; message?: unknown };

/** SQLite's primary result code of an error (sqlite.org/rescode.html), or null. */
function sqliteCode(error: unknown): number | null {
  const { code, errcode } = getFields(error);
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : null;
}

/** Whether another process writes to the SQLite file. */
export const isBusy = (error: unknown): boolean => sqliteCode(error) === 5;

/** The SQLSTATE of an error of PostgreSQL, or null. */
function sqlState(error: unknown): string | null {
  const { code } = getFields(error);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object) ? code : null;
}

/** No space, no permission, no disk, a broken file, another process that writes for long. */
const sqliteUnusable = new Set([3, 5, 8, 10, 11, 13, 14, 26]);
/** Busy, read-only, I/O error, full. */
const sqliteUnwritable = new Set([5, 8, 10, 13]);
/**
 * PostgreSQL's classes and codes for an unusable database: connection lost or refused, no resources, read-only, too
 * many transactions that met, statement, lock or idle time over, shutting down, I/O error.
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
/** node-postgres has no code for these. */
const driverMessages =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end|Postgres connection has been discarded)/;

/** Whether the database failed, rather than a statement. */
export function isUnusable(error: unknown): boolean {
  if (error instanceof DatabaseGone) return true;
  const sqlite = sqliteCode(error);
  if (sqlite !== null) return sqliteUnusable.has(sqlite);
  const state = sqlState(error);
  if (state !== null) return postgresUnusable.test(state);
  const { code, message } = getFields(error);
  // Of a name with several addresses, each of which failed.
  const isOfNetwork = error instanceof AggregateError || (error instanceof Error && 'syscall' in error);
  const fromNetwork = isOfNetwork && networkCodes.has(String(code));
  return fromNetwork || (error instanceof Error && driverMessages.test(String(message)));
}

/** Whether PostgreSQL itself answered with this error. */
export const isServersAnswer = (error: unknown): boolean => sqlState(error) !== null;

/** Whether the answer is that the server ends, recovers from a crash, or does not accept connections yet. */
export const isShuttingDown = (error: unknown): boolean => /^57P0[123]$/.test(sqlState(error) ?? '');

/** Whether PostgreSQL refused to write: it is no primary any more. */
export const isReadOnly = (error: unknown): boolean => sqlState(error) === '25006';

/** Whether another process's lock or a full disk prevents writing, while reading may still work. */
export const isUnwritable = (error: unknown): boolean => sqliteUnwritable.has(sqliteCode(error) ?? -1);

/** Whether a row was refused because another has the same value in a unique column. */
export const isUniqueViolation = (error: unknown): boolean =>
  sqlState(error) === '23505' || (sqliteCode(error) === 19 && /UNIQUE/.test(String(getFields(error).message)));

/** Whether a row was refused because what it refers to is gone. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  sqlState(error) === '23503' || (sqliteCode(error) === 19 && /FOREIGN KEY/.test(String(getFields(error).message)));

/** Whether the same transaction may succeed when it is run again: it met another one. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '');

/** Whether a statement named a table that the database does not have. */
export const isMissingTable = (error: unknown): boolean =>
  sqlState(error) === '42P01' || (sqliteCode(error) === 1 && /no such table/.test(String(getFields(error).message)));
