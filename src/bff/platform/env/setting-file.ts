import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * Thrown when a setting's file is refused. The message continues a sentence that begins with the setting's name. It
 * never contains the content of the file.
 */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
}

/**
 * Why a file cannot be read, by error code. The hint about the group helps an operator who created the file as root.
 */
const obstacles: Record<string, string> = {
  ENOENT: ': there is none',
  EACCES: ': the program’s user may not; give the file, and its folders, that user’s group (chgrp)',
};

/**
 * Reads a setting's file and its mode. Both come from one open file, even if the path is replaced in between. Throws a
 * SettingFileError for a file that cannot be read. Also for a pipe, a device or a large file, because reading those
 * could block the process.
 * @param named the file, as the message names it
 */
export function readSettingFile(file: string, named: string, mostBytes: number): { mode: number; bytes: Buffer } {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer. Windows does not have the flag.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new SettingFileError('names a file that cannot be read');
    if (stats.size > mostBytes) throw new SettingFileError(`names a file of more than ${mostBytes / 1024} kB`);
    return { mode: stats.mode, bytes: readFileSync(descriptor) };
  } catch (error) {
    if (error instanceof SettingFileError) throw error;
    const obstacle = obstacles[(error as NodeJS.ErrnoException).code ?? ''] ?? '';
    throw new SettingFileError(`names ${named} cannot be read${obstacle}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
