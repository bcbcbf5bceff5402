import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The message continues a sentence that begins with the setting's name. It never contains the content of the file. */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
}

const obstacles: Record<string, string> = {
  ENOENT: ': there is none',
  EACCES: ': the program’s user may not; give the file, and its folders, that user’s group (chgrp)',
};

/**
 * Mode and content come from one open file, even if the path is replaced in between. Throws a SettingFileError, also
 * for pipes, devices and large files, which could block the process.
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
