import { write, writeSync } from 'node:fs';

/** The most characters that may wait for a slow reader; further lines are dropped. */
const MOST_WAITING = 1_000_000;
const RETRY_MS = 100;
/** How long lines of level info wait for others: a write costs several times as much as a line. */
const GATHER_MS = 50;

/** Pino begins each line with its level. */
const canWait = (line: string) => line.startsWith('{"level":30,');

const isBusy = (error: unknown) => ['EAGAIN', 'EBUSY', 'EINTR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Writes log lines to a descriptor. A log that cannot be written (full disk, no reader) stops nothing: lines are
 * dropped. Pino's own destination would throw, and wait forever at the exit.
 */
export function createLogOutput(descriptor: number) {
  let waiting: string[] = [];
  let size = 0;
  /** True after a partial write: the next line must start on a new line. */
  let torn = false;
  let isWriting = false;
  let gathering: NodeJS.Timeout | null = null;

  /** Returns all waiting lines as one text. */
  function take(): Buffer {
    const bytes = Buffer.from(`${torn ? '\n' : ''}${waiting.join('')}`);
    waiting = [];
    size = 0;
    return bytes;
  }

  function pump(): void {
    if (gathering) clearTimeout(gathering);
    gathering = null;
    if (isWriting || waiting.length === 0) return;
    isWriting = true;
    const bytes = take();
    const done = (failed: boolean, written: number) => {
      isWriting = false;
      torn = failed ? torn || written > 0 : false;
      pump();
    };
    const go = (from: number) =>
      write(descriptor, bytes, from, bytes.length - from, null, (error, count) => {
        if (error && isBusy(error)) setTimeout(go, RETRY_MS, from);
        else if (error) done(true, from);
        else if (from + count < bytes.length) go(from + count);
        else done(false, bytes.length);
      });
    go(0);
  }

  return {
    /** Takes one line, with its line end. Never throws and never waits. */
    write(line: string): void {
      if (size + line.length > MOST_WAITING) return;
      waiting.push(line);
      size += line.length;
      if (canWait(line)) gathering ??= setTimeout(pump, GATHER_MS).unref();
      else pump();
    },
    /** Writes what still waits, before the process ends. Never throws; what cannot be written is lost. */
    flush(): void {
      if (waiting.length === 0) return;
      try {
        const bytes = take();
        for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
      } catch {
        // There is nobody to report it to.
      }
    },
  };
}
