import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const script = fileURLToPath(new URL('okta-suite.ts', import.meta.url));
const folder = temporaryFolder();

/** A checkout whose mocha reports what the file says, after it has called the emulator. */
const MOCHA = `
const { readFileSync, writeFileSync } = require('node:fs');
const output = process.argv.find((one) => one.startsWith('output=')).slice(7);
const tests = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
fetch(process.env.OKTA_CLIENT_ORGURL + '/api/v1/users', {
  headers: { authorization: 'SSWS ' + process.env.OKTA_CLIENT_TOKEN },
}).then((answer) => {
  const named = (titles) => titles.map((title) => ({ title, fullTitle: 'its ' + title, err: { message: 'why' } }));
  const passes = answer.status === 200 ? tests.passes : [];
  writeFileSync(output, JSON.stringify({
    passes: named(passes), failures: named(tests.failures ?? []), pending: named(tests.pending ?? []),
  }));
});`;

function run(environment: Record<string, string>): Promise<{ code: number | null; out: string }> {
  const program = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { PATH: process.env['PATH'], ...environment },
  });
  let out = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (part: Buffer) => (out += String(part)));
  return new Promise((resolve) => program.once('close', (code) => resolve({ code, out })));
}

describe('npm run test:okta-suite', () => {
  it('says what it needs', async () => {
    for (const environment of [{ OKTA_SUITE_DIR: '' }, { OKTA_SUITE_DIR: folder }])
      expect(await run(environment)).toMatchObject({
        code: 1,
        out: expect.stringContaining('OKTA_SUITE_DIR is a checkout'),
      });
  });

  it.each([
    ['passes', { passes: ['one', 'two'] }, 0, /a-file +2 +0 +0\n/],
    [
      'passes with tests of what is not there',
      { passes: ['one'], pending: ['should handle listYubikeyOtpTokens'] },
      0,
      /a-file +1 +0 +1\n/,
    ],
    ['fails with a failed test', { passes: ['one'], failures: ['two'] }, 1, /failed: its two: why/],
    [
      'fails with a test that skips itself',
      { passes: ['one'], pending: ['two'] },
      1,
      /pending, and may not be: its two/,
    ],
    ['fails with nothing that passes', { passes: [] }, 1, /a-file +0 +0 +0\n/],
  ])('%s', async (_what, tests, code, text) => {
    const suite = mkdtempSync(join(folder, 'suite-'));
    for (const path of ['test/it', 'node_modules/mocha/bin']) mkdirSync(join(suite, path), { recursive: true });
    writeFileSync(join(suite, 'node_modules/mocha/bin/mocha.js'), MOCHA);
    writeFileSync(join(suite, 'test/it/a-file.ts'), JSON.stringify(tests));
    const answer = await run({ OKTA_SUITE_DIR: suite, OKTA_SUITE_FILES: 'a-file' });
    expect(answer).toMatchObject({ code, out: expect.stringMatching(text) });
    expect(answer.out).toMatch(/in order[^]*in reverse order/);
  });
});
