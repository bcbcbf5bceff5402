import { write, writeSync } from 'node:fs';

/** In characters. While so much waits for a slow reader of the log, new lines are dropped. */
const MOST_WAITING = 1_000_000;
const RETRY_MS = 100;
/** How long lines of level info are collected, in ms: one write costs as much as several lines. */
const GATHER_MS = 50;

/** Pino begins each line with its level. 30 is info. */
const canWait = (line: string) => line.startsWith('{"level":30,');

const isBusy = (error: unknown) => ['EAGAIN', 'EBUSY', 'EINTR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * A log that cannot be written drops lines and never stops the portal. Pino's own destination would throw, and would
 * block forever at the exit.
 */
export function createLogOutput(descriptor: number) {
  let waiting: string[] = [];
  let size = 0;
  /** True after a partial write. Then the next line starts with a line break. */
  let torn = false;
  let isWriting = false;
  let gathering: NodeJS.Timeout | null = null;

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
    /** Never throws or waits. `line` ends with a line break. */
    write(line: string): void {
      if (size + line.length > MOST_WAITING) return;
      waiting.push(line);
      size += line.length;
      if (canWait(line)) gathering ??= setTimeout(pump, GATHER_MS).unref();
      else pump();
    },
    /** Never throws. Lines that cannot be written are lost. */
    flush(): void {
      if (waiting.length === 0) return;
      try {
        const bytes = take();
        for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
      } catch {
        // The failure cannot be reported anywhere.
      }
    },
  };
}
