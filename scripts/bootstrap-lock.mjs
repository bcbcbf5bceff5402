// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

const beatMs = 1000;
const deadAfterMs = 15_000;

/** @param {number} pid */
function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Who holds the lock, or undefined when nobody alive does. A process of another host (a folder shared with a
 * container) is judged by its heartbeat alone.
 * @param {string} file
 */
function holder(file) {
  try {
    const [pid, host] = readFileSync(file, 'utf8').split(' ');
    if (Date.now() - statSync(file).mtimeMs > deadAfterMs) return undefined;
    // Empty for the moment between its making and its first line: taken as held, for its heartbeat is fresh.
    if (pid && host === hostname() && !lives(Number(pid))) return undefined;
    return pid || 'unknown';
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function take(file) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${process.pid} ${hostname()}`);
    closeSync(handle);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Runs `work` while no other process that uses this file does; waits for its turn.
 * @template T
 * @param {string} file
 * @param {{ onWait: () => void, work: () => Promise<T> }} options
 * @returns {Promise<T>}
 */
export async function alone(file, { onWait, work }) {
  mkdirSync(dirname(file), { recursive: true });
  let said = false;
  while (!take(file)) {
    if (holder(file) === undefined) {
      // Renamed, not deleted: of several who find it dead at once, one succeeds.
      const grave = `${file}.${process.pid}`;
      try {
        renameSync(file, grave);
        rmSync(grave, { force: true });
      } catch {
        // Another was faster.
      }
      continue;
    }
    if (!said) onWait();
    said = true;
    await after(100);
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The file is gone when somebody cleaned the folder; the work goes on.
    }
  }, beatMs);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}
