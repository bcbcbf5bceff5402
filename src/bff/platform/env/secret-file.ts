import { accessSync, constants } from 'node:fs';
import { readSettingFile, SettingFileError } from './setting-file.ts';

const MOST_BYTES = 64 * 1024;

/** Kubernetes and Docker mount secrets read-only. */
function onReadOnlyMount(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Forbidden mode bits: the group's write, and all of others. `0640 root:latchkey` is usual, so the group may read. */
const OPEN_BITS = 0o027;

/**
 * Reads the secret from a file if `value` is `@` and a path. Throws a SettingFileError. Calls `warn` instead when
 * others can read the file but a read-only mount prevents `chmod`.
 */
export function readSecret(
  value: string | undefined,
  warn: (what: string) => void = () => {},
  isReadOnly: (file: string) => boolean = onReadOnlyMount,
): string | undefined {
  if (!value?.startsWith('@')) return value;
  const file = value.slice(1);
  // Only a text that is surely a path may be in the message. Other text may be a secret that begins with @.
  const named = /^\.{0,2}\//.test(file) ? `the file ${file}, which` : 'a file that';
  const { mode, bytes } = readSettingFile(file, named, MOST_BYTES);
  const text = bytes.toString().trim();
  if (process.platform !== 'win32' && (mode & OPEN_BITS) !== 0) {
    const what = `names a file that others can read or change (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
    if (!isReadOnly(file)) throw new SettingFileError(`${what}: chmod g-w,o= it`);
    warn(`${what}; its mount is read-only, so it is taken all the same`);
  }
  // An empty secret would mean “not set”: metrics without a token, or SQLite instead of PostgreSQL.
  if (text === '') throw new SettingFileError('names an empty file');
  return text;
}
