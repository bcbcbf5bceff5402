import type { DatabaseSettings } from '#database/connection.ts';
import * as z from 'zod';
import { readCa } from './ca-file.ts';
import { isLoopback } from './loopback.ts';
import { optional, wholeNumber, withDefault, type Parsed } from './schemas.ts';

/**
 * Limits in ms: of opening a connection, of waiting for a lock, and of a statement. Each is below a request's deadline.
 */
const CONNECT_MS = 3000;
const LOCK_MS = 3000;
const STATEMENT_MS = 3500;

export const databaseVariables = {
  DATABASE_URL: optional(z.string()),
  DATABASE_POOL_SIZE: withDefault(wholeNumber(4, 1000), '10'),
};
type Settings = Partial<Parsed<typeof databaseVariables>> &
  Pick<Parsed<typeof databaseVariables>, 'DATABASE_POOL_SIZE'>;

const parameters = ['sslmode', 'sslrootcert'];

/** Null when `DATABASE_URL` is missing or wrong. Adds errors to `faults` and doubtful settings to `warnings`. */
export function readDatabase(set: Settings, faults: string[], warnings: string[]): DatabaseSettings | null {
  if (set.DATABASE_URL === undefined) return null;
  const url = URL.parse(set.DATABASE_URL);
  const fault = (what: string) => {
    faults.push(`DATABASE_URL ${what}`);
    return null;
  };
  // The message must not repeat the URL, which contains the password. `URL.parse` silently drops a line break.
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '' || /\s/.test(set.DATABASE_URL))
    return fault('is not an address like postgres://user:password@host:5432/database');
  if (!/^(?:[\w.-]+|\[[0-9a-f:.]+\])$/i.test(url.hostname) || url.port === '0')
    return fault('needs one host, by its name or IP address, and its port: sockets and lists are not read');
  if (url.hash !== '') return fault('has a # that is not written as %23');
  const database = decoded(url.pathname.slice(1));
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (database === null || user === null || password === null) return fault('has a percent sign that encodes nothing');
  if (database === '' || database.includes('/')) return fault('names no database: postgres://user@host/database');
  if (user === '') return fault('names no user: postgres://user@host/database');
  const given = [...url.searchParams.keys()];
  const unread = given.find((name, index) => !parameters.includes(name) || given.indexOf(name) < index);
  if (unread !== undefined)
    return fault(`has the parameter ${unread}; only sslmode and sslrootcert are read, each once`);
  const mode = url.searchParams.get('sslmode') ?? 'verify-full';
  if (mode !== 'verify-full' && mode !== 'disable')
    return fault(
      `has sslmode=${mode}: use verify-full (the default), with sslrootcert=FILE for an authority of your own`,
    );
  const caFile = url.searchParams.get('sslrootcert');
  // In libpq, `system` means the system's root certificates. The portal uses them by default.
  if (caFile === 'system') return fault('has sslrootcert=system: leave it out, or name a file');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (mode === 'disable') {
    if (caFile !== null) return fault('has sslmode=disable and sslrootcert: keep one');
    if (!isLoopback(host))
      warnings.push('DATABASE_URL says sslmode=disable: the password and all data go over the network in the clear');
  }
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user,
    password: password === '' ? undefined : password,
    tls: mode === 'disable' ? false : { ca: readCa('DATABASE_URL', caFile ?? undefined, faults) },
    poolSize: set.DATABASE_POOL_SIZE,
    statementMs: STATEMENT_MS,
    lockMs: LOCK_MS,
    connectMs: CONNECT_MS,
  };
}

/** Null for bad encoding and for NUL, which PostgreSQL's protocol cannot carry. */
function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text);
    return plain.includes('\0') ? null : plain;
  } catch {
    return null;
  }
}
