import { accessSync, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** A secret's file that is not accepted. The message follows the setting's name and contains nothing of the secret. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
}

/** What prevents reading, for whoever wrote the file as root: `mv` keeps root's group. */
const obstacles: Record<string, string> = {
  ENOENT: ': there is none',
  EACCES: ': the program’s user may not; give the file, and its folders, that user’s group (chgrp)',
};

/** Longer than any secret, also than several keys. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a secret's file and its mode, both of the same file, whatever its path leads to a moment later. A pipe, a
 * device or a large file would stop the whole process. Throws a SecretFileError for these, and the file system's error.
 */
function readSecretFile(file: string): { mode: number; text: string } {
  // A pipe is not waited for. Windows has none.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new SecretFileError('names a file that cannot be read');
    if (stats.size > MOST_BYTES) throw new SecretFileError(`names a file of more than ${MOST_BYTES / 1024} kB`);
    return { mode: stats.mode, text: readFileSync(descriptor, 'utf8') };
  } finally {
    closeSync(descriptor);
  }
}

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
 * contain it. Throws a SecretFileError for a file that cannot be read, is empty, or that others can read or change.
 * @param warn called for a file that others can read on a read-only mount, where its mode cannot be changed
 */
export function readSecret(
  value: string | undefined,
  warn: (what: string) => void = () => {},
  isReadOnly: (file: string) => boolean = onReadOnlyMount,
): string | undefined {
  if (!value?.startsWith('@')) return value;
  const file = value.slice(1);
  let text: string;
  let mode: number;
  try {
    ({ mode, text } = readSecretFile(file));
    text = text.trim();
  } catch (error) {
    if (error instanceof SecretFileError) throw error;
    const obstacle = obstacles[(error as NodeJS.ErrnoException).code ?? ''] ?? '';
    // Only what is certainly a path is repeated: a secret may begin with @ by mistake.
    const named = /^\.{0,2}\//.test(file) ? `the file ${file}, which` : 'a file that';
    throw new SecretFileError(`names ${named} cannot be read${obstacle}`, { cause: error });
  }
  if (process.platform !== 'win32' && (mode & OPEN_BITS) !== 0) {
    const what = `names a file that others can read or change (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
    if (!isReadOnly(file)) throw new SecretFileError(`${what}: chmod g-w,o= it`);
    warn(`${what}; its mount is read-only, so it is taken all the same`);
  }
  // An empty setting is one that is not set: the metrics would be open, and the store another one.
  if (text === '') throw new SecretFileError('names an empty file');
  return text;
}
