import { accessSync, constants } from 'node:fs';
import { readSettingFile, SettingFileError } from './setting-file.ts';

/** Largest file that is read. All secrets are shorter, even a list of several keys. */
const MOST_BYTES = 64 * 1024;

/** Whether a file is on a read-only mount, as Kubernetes and Docker mount secrets. */
function onReadOnlyMount(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/**
 * Mode bits that let everybody read, or let anybody but the owner write. The group may read: `0640 root:latchkey` is
 * usual. Windows has no such bits.
 */
const OPEN_BITS = 0o027;

/**
 * Returns a secret. If the value is `@` and a path (`@/run/secrets/session`), reads the secret from that file. Throws a
 * SettingFileError for a file that cannot be read, is empty, or can be read or changed by others.
 * @param warn called instead of throwing when others can read the file and a read-only mount prevents `chmod`
 */
export function readSecret(
  value: string | undefined,
  warn: (what: string) => void = () => {},
  isReadOnly: (file: string) => boolean = onReadOnlyMount,
): string | undefined {
  if (!value?.startsWith('@')) return value;
  const file = value.slice(1);
  // The message repeats the text only if it is surely a path. Otherwise it may be a secret that begins with @.
  const named = /^\.{0,2}\//.test(file) ? `the file ${file}, which` : 'a file that';
  const { mode, bytes } = readSettingFile(file, named, MOST_BYTES);
  const text = bytes.toString().trim();
  if (process.platform !== 'win32' && (mode & OPEN_BITS) !== 0) {
    const what = `names a file that others can read or change (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
    if (!isReadOnly(file)) throw new SettingFileError(`${what}: chmod g-w,o= it`);
    warn(`${what}; its mount is read-only, so it is taken all the same`);
  }
  // Without this check, an empty file would mean “not set”: metrics without a token, or SQLite instead of PostgreSQL.
  if (text === '') throw new SettingFileError('names an empty file');
  return text;
}
