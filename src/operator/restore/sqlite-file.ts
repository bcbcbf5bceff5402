import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Makes what was written to a file or folder survive a power cut. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Puts a complete file in the place of another one, so that a power cut leaves one of the two. */
export function moveFile(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
  sync(dirname(to));
}

/** Gives a file a second name, so that it stays when another file is moved to its first one. */
export function keepFile(file: string, as: string): void {
  try {
    linkSync(file, as);
  } catch {
    // Not every file system has links.
    copyFileSync(file, as);
    sync(as);
  }
}

/** Deletes what SQLite writes beside a file. */
export const deleteLog = (file: string): void => {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
};

/** Deletes a SQLite file with its log. */
export const deleteFile = (file: string): void => {
  rmSync(file, { force: true });
  deleteLog(file);
};

/** Returns what SQLite says is wrong with a file; null when it is whole. */
export function findFault(file: string): string | null {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    return row.quick_check === 'ok' ? null : row.quick_check;
  } finally {
    database.close();
  }
}

/** Returns that a file has a trigger or view, and its name; null if it has none. A portal creates none. */
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
 * Whether another program has a SQLite file open; false for a file that is no database, or damaged. It also writes the
 * content of the file's log into the file.
 */
export function isInUse(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file);
  try {
    // Leaving WAL mode takes that nobody else is connected (sqlite.org/wal.html).
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL');
    return false;
  } catch (error) {
    return /locked|busy/i.test(String(error));
  } finally {
    database.close();
  }
}
