import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { readStorePlace } from '../platform/env/store-place.ts';
import { findConfigFaults } from './testing/find-config-faults.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const fileOf = (text: string) => {
  const file = join(temporaryFolder(), 'ca.pem');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

it('without an address the store is a file', () => {
  expect(readConfig({}).database).toBeNull();
  expect(readStorePlace({ DATA_DIR: '/data', PORT: 'x' })).toEqual({ dataDir: '/data', database: null });
});

it('an address is read with its parts decoded, and TLS is verified by default', () => {
  const DATABASE_URL = 'postgres://latch%40key:p%2Fw%3A@db.example.com:6432/port%20al';
  const expected = {
    host: 'db.example.com',
    port: 6432,
    database: 'port al',
    user: 'latch@key',
    password: 'p/w:',
    tls: { ca: undefined },
    poolSize: 10,
    statementMs: 3500,
    lockMs: 3000,
    connectMs: 3000,
  };
  expect(readConfig({ DATABASE_URL }).database).toEqual(expected);
  expect(readStorePlace({ DATABASE_URL: `@${fileOf(DATABASE_URL)}` }).database).toEqual(expected);
  const { database } = readConfig({
    DATABASE_POOL_SIZE: '4',
    DATABASE_URL: `postgresql://u@[::1]/d?sslmode=verify-full&sslrootcert=${fileOf(certificate)}`,
  });
  expect(database).toMatchObject({ host: '::1', port: 5432, password: undefined, tls: { ca: certificate } });
  expect(database).toMatchObject({ poolSize: 4 });
});

it('in the clear is a choice, and a warning unless it stays on this machine', () => {
  const here = readConfig({ DATABASE_URL: 'postgres://u@127.0.0.1/d?sslmode=disable' });
  expect([here.database?.tls, here.warnings]).toEqual([false, []]);
  const away = readConfig({ DATABASE_URL: 'postgres://u:secret@db.example.com/d?sslmode=disable' });
  expect(away.warnings).toEqual([expect.stringMatching(/^DATABASE_URL says sslmode=disable: /)]);
});

it.each([
  [{ DATABASE_URL: 'mysql://u:secret@h/d' }, 'DATABASE_URL is not an address like postgres://'],
  [{ DATABASE_URL: 'db.example.com' }, 'DATABASE_URL is not an address like postgres://'],
  [{ DATABASE_URL: 'postgres://u:secret@h' }, 'DATABASE_URL names no database'],
  [{ DATABASE_URL: 'postgres://h/d' }, 'DATABASE_URL names no user'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d?sslmode=require' }, 'DATABASE_URL has sslmode=require: use verify-full'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d?options=x' }, 'DATABASE_URL has the parameter options'],
  [{ DATABASE_URL: 'postgres://u:secret%@h/d' }, 'DATABASE_URL has a percent sign'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d%00x' }, 'DATABASE_URL has a percent sign'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d#x' }, 'DATABASE_URL has a # that'],
  [{ DATABASE_URL: 'postgres://u:se#cret@h/d' }, 'DATABASE_URL is not an address like postgres://'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d\nx' }, 'DATABASE_URL is not an address like postgres://'],
  [{ DATABASE_URL: 'postgres://u:secret@%2Frun%2Fpostgresql/d' }, 'DATABASE_URL needs one host'],
  [{ DATABASE_URL: 'postgres://u:secret@h1,h2/d' }, 'DATABASE_URL needs one host'],
  [{ DATABASE_URL: 'postgres://u:secret@h:0/d' }, 'DATABASE_URL needs one host'],
  [
    { DATABASE_URL: 'postgres://u:secret@h/d?sslmode=verify-full&sslmode=disable' },
    'DATABASE_URL has the parameter sslmode; only sslmode and sslrootcert are read, each once',
  ],
  [{ DATABASE_URL: 'postgres://u:secret@h/d?sslrootcert=/nowhere' }, 'DATABASE_URL names a file that cannot be read'],
  [{ DATABASE_URL: `postgres://u:secret@h/d?sslrootcert=${fileOf('x')}` }, 'DATABASE_URL names a file without a'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d?sslrootcert=system' }, 'DATABASE_URL has sslrootcert=system: leave it out'],
  [{ DATABASE_URL: 'postgres://u:secret@h/d?sslrootcert=' }, 'DATABASE_URL names a file that cannot be read'],
  [
    { DATABASE_URL: 'postgres://u:secret@h/d?sslrootcert=/x&sslrootcert=/y' },
    'DATABASE_URL has the parameter sslrootcert',
  ],
  [
    { DATABASE_URL: 'postgres://u:secret@h/d?sslmode=disable&sslrootcert=/x' },
    'DATABASE_URL has sslmode=disable and sslrootcert: keep one',
  ],
  [{ DATABASE_POOL_SIZE: '3' }, 'DATABASE_POOL_SIZE is not a whole number from 4'],
])('%o is an error that says what to change, and shows no password', (environment, fault) => {
  const faults = findConfigFaults(environment as unknown as Record<string, string>);
  expect(faults).toEqual([expect.stringContaining(fault)]);
  expect(faults.join()).not.toContain('secret');
  expect(() => readStorePlace(environment)).toThrow(fault);
});
