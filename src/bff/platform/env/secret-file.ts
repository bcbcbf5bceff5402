import { accessSync, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Thrown when a secret's file is refused. The message continues the setting's name, and never contains the secret. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
}

/**
 * Why a file cannot be read, by error code. The hint about the group helps an operator who created the file as root.
 */
const obstacles: Record<string, string> = {
  ENOENT: ': there is none',
  EACCES: ': the program’s user may not; give the file, and its folders, that user’s group (chgrp)',
};

/** Largest file that is read. All secrets are shorter, even a list of several keys. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a secret's file and its mode. Both come from one open file, even if the path is replaced in between. Throws a
 * SecretFileError for a pipe, a device or a large file, because reading those could block the process. Throws the file
 * system's errors.
 */
function readSecretFile(file: string): { mode: number; text: string } {
  // O_NONBLOCK: opening a pipe would wait for its writer. Windows does not have the flag.
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
 * Mode bits that let everybody read, or let anybody but the owner write. The group may read: `0640 root:latchkey` is
 * usual. Windows has no such bits.
 */
const OPEN_BITS = 0o027;

/**
 * Returns a secret. If the value is `@` and a path (`@/run/secrets/session`), reads the secret from that file. Throws a
 * SecretFileError for a file that cannot be read, is empty, or can be read or changed by others.
 * @param warn called instead when others can read the file and a read-only mount prevents `chmod`
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
    // The message repeats the text only if it is surely a path. Otherwise it may be a secret that begins with @.
    const named = /^\.{0,2}\//.test(file) ? `the file ${file}, which` : 'a file that';
    throw new SecretFileError(`names ${named} cannot be read${obstacle}`, { cause: error });
  }
  if (process.platform !== 'win32' && (mode & OPEN_BITS) !== 0) {
    const what = `names a file that others can read or change (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
    if (!isReadOnly(file)) throw new SecretFileError(`${what}: chmod g-w,o= it`);
    warn(`${what}; its mount is read-only, so it is taken all the same`);
  }
  // Without this check, an empty file would mean “not set”: metrics without a token, or another store.
  if (text === '') throw new SecretFileError('names an empty file');
  return text;
}
