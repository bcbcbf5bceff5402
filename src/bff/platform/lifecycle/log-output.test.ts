import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogOutput } from './log-output.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const makePipe = 'mkfifo';
let folder: string;
let descriptor: number;
beforeEach(() => {
  folder = temporaryFolder();
  descriptor = openSync(join(folder, 'log'), 'a');
});
afterEach(() => {
  closeSync(descriptor);
});
const lines = () => readFileSync(join(folder, 'log'), 'utf8').split('\n').filter(Boolean);

test('writes each line once and in order, and the rest at the end', async () => {
  const output = createLogOutput(descriptor);
  for (let n = 0; n < 1000; n += 1) output.write(`${n}\n`);
  await expect.poll(() => lines().length).toBe(1000);
  expect(lines()).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)));
  output.write('the last\n');
  await expect.poll(() => lines().at(-1)).toBe('the last');
});

test('lines of level info are gathered, until another line or 50 ms', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const output = createLogOutput(descriptor);
    const [info, warn] = ['{"level":30,"n":1}', '{"level":40,"n":2}'];
    output.write(`${info}\n`);
    await writeFile(join(folder, 'other'), 'a write that ends after one of the line would');
    expect(lines()).toEqual([]);
    output.write(`${warn}\n`);
    await expect.poll(lines).toEqual([info, warn]);
    output.write(`${info}\n`);
    vi.advanceTimersByTime(50);
    await expect.poll(lines).toEqual([info, warn, info]);
    output.write(`${info}\n`);
    output.flush();
    expect(lines()).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});

test('the flush writes what waits behind another write', () => {
  const output = createLogOutput(descriptor);
  output.write('first\n');
  output.write('second\n');
  output.flush();
  expect(lines()).toContain('second');
});

test('drops what is over a megabyte while nobody reads, and writes again when somebody does', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync(makePipe, [pipe]);
  const end = openSync(pipe, 'r+');
  const output = createLogOutput(end);
  const line = `${'x'.repeat(999)}\n`;
  for (let n = 0; n < 3000; n += 1) output.write(line);
  // Nobody has read: the first line is half written, and 1000 lines wait.
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
  let read = '';
  reader.stdout.on('data', (chunk: Buffer) => (read += String(chunk)));
  try {
    // The 1000 lines that waited, and the first line.
    await expect.poll(() => read.split('\n').filter((one) => one === line.trim()).length).toBe(1001);
    output.write('the last\n');
    await expect.poll(() => read.split('\n').at(-2)).toBe('the last');
    expect(read.split('\n')).toHaveLength(1003);
  } finally {
    reader.kill();
    closeSync(end);
  }
});

test.runIf(existsSync('/dev/full'))('neither throws nor waits when nothing can be written', async () => {
  const full = openSync('/dev/full', 'w');
  const output = createLogOutput(full);
  output.write('lost\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  output.write('lost too\n');
  output.flush();
  closeSync(full);
});
