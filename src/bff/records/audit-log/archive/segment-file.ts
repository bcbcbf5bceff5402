import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { linesIn } from './lines.ts';

/** Folders cannot be synced on Windows. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes lines into a compressed file, which is on the disk under its name when this resolves, or not there at all.
 * @param nameOf called after the last line
 * @returns the name, and the file's SHA-256 in hexadecimal
 */
export async function writeSegmentFile(
  folder: string,
  lines: AsyncIterable<string>,
  nameOf: () => string,
): Promise<{ file: string; sha256: string }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  const digest = createHash('sha256');
  try {
    await pipeline(
      Readable.from(lines),
      createGzip(),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          digest.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }),
    );
    const file = nameOf();
    await rename(temporary, join(folder, file));
    await syncFolder(folder);
    return { file, sha256: digest.digest('hex') };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Returns a file's SHA-256 in hexadecimal. Throws the file system's error. */
export async function digestOfFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** Returns the lines of a compressed file. */
export async function* linesOfSegment(file: string): AsyncGenerator<string> {
  const plain = createGunzip();
  const reading = pipeline(createReadStream(file), plain);
  // Awaited below: a consumer that stops early ends it.
  reading.catch(() => {});
  yield* linesIn(plain);
  await reading;
}
