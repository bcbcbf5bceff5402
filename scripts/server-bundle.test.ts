import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '#testing/server-process.ts';

beforeAll(ensureBuilt);

test('the built server has ASCII only, since one other character doubles the memory of a file’s text', () => {
  const built = join(import.meta.dirname, '../dist');
  for (const file of ['server.js', 'ssr/entry-server.js']) {
    const text = readFileSync(join(built, file), 'utf8');
    expect(text.length).toBeGreaterThan(100_000);
    // At least one character was escaped.
    expect(text).toMatch(/\\u[0-9a-f]{4}/);
    expect(text.match(/[^\0-\x7f]/g)).toBeNull();
  }
});
