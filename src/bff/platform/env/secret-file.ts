import { accessSync, constants } from 'node:fs';
import { readSettingFile, SettingFileError } from './setting-file.ts';

/** Longer than any secret, also than several keys. */
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
 * Mode bits by which anybody can read, or anybody but the owner can change. A group may read: `0640 root:latchkey` is
 * usual. Windows has no such bits.
 */
const OPEN_BITS = 0o027;

/**
 * Returns a secret, or reads it from the file that it names (`@/run/secrets/session`), so that the environment need not
 * contain it. Throws a SettingFileError for a file that cannot be read, is empty, or that others can read or change.
 * @param warn called for a file that others can read on a read-only mount, where its mode cannot be changed
 */
export function readSecret(
  value: string | undefined,
  warn: (what: string) => void = () => {},
  isReadOnly: (file: string) => boolean = onReadOnlyMount,
): string | undefined {
  if (!value?.startsWith('@')) return value;
  const file = value.slice(1);
  // Only what is certainly a path is repeated: a secret may begin with @ by mistake.
  const named = /^\.{0,2}\//.test(file) ? `the file ${file}, which` : 'a file that';
  const { mode, bytes } = readSettingFile(file, named, MOST_BYTES);
  const text = bytes.toString().trim();
  if (process.platform !== 'win32' && (mode & OPEN_BITS) !== 0) {
    const what = `names a file that others can read or change (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
    if (!isReadOnly(file)) throw new SettingFileError(`${what}: chmod g-w,o= it`);
    warn(`${what}; its mount is read-only, so it is taken all the same`);
  }
  // An empty setting is one that is not set: the metrics would be open, and the store another one.
  if (text === '') throw new SettingFileError('names an empty file');
  return text;
}
