import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '#testing/server-process.ts';

beforeAll(ensureBuilt);

test('the built server has ASCII only, since one other character doubles the memory of a file’s text', () => {
  const built = join(import.meta.dirname, '../dist');
  for (const file of ['server.js', 'ssr/entry-server.js']) {
    const text = readFileSync(join(built, file), 'utf8');
    expect(text.length).toBeGreaterThan(100_000);
    // There was something to escape.
    expect(text).toMatch(/\\u[0-9a-f]{4}/);
    expect(text.match(/[^\0-\x7f]/g)).toBeNull();
  }
});

test('each file that the built server loads later runs its modules in their order, whichever comes first', () => {
  const folder = join(import.meta.dirname, '../dist/server');
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  expect(files.length).toBeGreaterThan(10);
  // A process for all: a module that ran too early throws at its import.
  const script = `await Promise.all(${JSON.stringify(files)}.map((file) => import(${JSON.stringify(`file://${folder}/`)} + file)))`;
  const { status, stderr } = spawnSync('node', ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect([status, stderr.replace(/^.*ExperimentalWarning[^]*$/m, '')]).toEqual([0, '']);
});
