import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** After this, the file or folder survives a power failure. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** After a power failure, `to` is either the old file or the moved file, undamaged. */
export function moveFile(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
  sync(dirname(to));
}

/** Gives the file a second name, so that it stays when another file is moved over the first name. */
export function keepFile(file: string, as: string): void {
  try {
    linkSync(file, as);
  } catch {
    // Not every file system has hard links.
    copyFileSync(file, as);
    sync(as);
  }
}

export const deleteLog = (file: string): void => {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
};

export const deleteFile = (file: string): void => {
  rmSync(file, { force: true });
  deleteLog(file);
};

/** What SQLite reports as damaged, or null. */
export function findFault(file: string): string | null {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    return row.quick_check === 'ok' ? null : row.quick_check;
  } finally {
    database.close();
  }
}

/** A portal creates neither triggers nor views. */
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
 * False if the file is damaged or no database. As a side effect, moves the content of the file's `-wal` into the file.
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
