import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Flushes a file or folder to the disk, so that it survives a power failure. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Moves a complete file over another file. After a power failure, `to` is one of the two files, undamaged. */
export function moveFile(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
  sync(dirname(to));
}

/** Gives a file a second name. So the file stays when another file is moved over the first name. */
export function keepFile(file: string, as: string): void {
  try {
    linkSync(file, as);
  } catch {
    // Not every file system has hard links.
    copyFileSync(file, as);
    sync(as);
  }
}

/** Deletes the files that SQLite writes beside a database file. */
export const deleteLog = (file: string): void => {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
};

/** Deletes a SQLite file and the files beside it. */
export const deleteFile = (file: string): void => {
  rmSync(file, { force: true });
  deleteLog(file);
};

/** Returns what SQLite reports as damaged in a file, or null. */
export function findFault(file: string): string | null {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    return row.quick_check === 'ok' ? null : row.quick_check;
  } finally {
    database.close();
  }
}

/** Returns a message if the file contains a trigger or view, else null. A portal creates neither. */
export function programIn(file: string): string | null {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const program = database.prepare("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')").get();
    return program ? `it has a ${String(program['type'])} (${String(program['name'])}), and no portal makes one` : null;
  } finally {
    database.close();
  }
}

/**
 * Whether another program has a SQLite file open. False if the file is damaged or not a database. As a side effect,
 * moves the content of the file's `-wal` into the file.
 */
export function isInUse(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file);
  try {
    // SQLite can leave WAL mode only if no other program is connected (sqlite.org/wal.html).
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL');
    return false;
  } catch (error) {
    return /locked|busy/i.test(String(error));
  } finally {
    database.close();
  }
}
