import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** A setting's file that is not accepted. The message follows the setting's name and contains nothing of the file. */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
}

/** What prevents reading, for whoever wrote the file as root: `mv` keeps root's group. */
const obstacles: Record<string, string> = {
  ENOENT: ': there is none',
  EACCES: ': the program’s user may not; give the file, and its folders, that user’s group (chgrp)',
};

/**
 * Reads a setting's file and its mode, both of the same file, whatever its path leads to a moment later. A pipe, a
 * device or a large file would stop the whole process. Throws a SettingFileError.
 * @param named the file as messages name it
 */
export function readSettingFile(file: string, named: string, mostBytes: number): { mode: number; bytes: Buffer } {
  let descriptor: number | undefined;
  try {
    // A pipe is not waited for. Windows has none.
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
