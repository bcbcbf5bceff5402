import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { untidy } from './names.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let folder: string;
beforeEach(() => void (folder = temporaryFolder()));

function write(file: string, lines: number | string = 1): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof lines === 'string' ? lines : 'x\n'.repeat(lines));
}

test('reports vague names', () => {
  const vague = ['src/utils.ts', 'src/bff/utils/time.ts', 'e2e/helper.ts', 'src/okta/shared.ts', 'bench/test-utils.ts'];
  for (const file of [...vague, 'src/web/shared-secret.ts', 'src/common-words.ts', 'src/misconfigured.ts']) write(file);
  const { wrong } = untidy(folder);
  expect(wrong).toHaveLength(vague.length);
  for (const line of wrong) expect(line).toMatch(/(?:util|helper|shared)\S*: a vague name takes anything/);
});

test('accepts a file in src up to 250 lines, up to 300 with a note, and no longer one', () => {
  write('src/a.ts', 250);
  write('src/b.tsx', 251);
  write('src/c.ts', 300);
  write('src/d.ts', 301);
  write('src/d.test.ts', 900);
  const { wrong, notes } = untidy(folder);
  expect(notes.map((words) => words.split(' ')[0])).toEqual(['src/b.tsx', 'src/c.ts']);
  expect(wrong).toEqual([expect.stringMatching(/^src\/d\.ts: 301 lines/)]);
});

test('accepts a line of 120 columns, or a longer one of code with a string or regular expression, or with a link', () => {
  write('src/code.ts', `const x = ${'y + '.repeat(30)}1;\n`);
  write('src/comment.ts', `// ${'word '.repeat(30)}\n`);
  write('src/quoted.ts', `  /** Somebody's comment with a \`name\`. ${'word '.repeat(20)} */\n`);
  write('src/string.ts', `const text =\n  '${'word '.repeat(30)}';\n`);
  write('src/link.ts', `// https://example.com/${'x'.repeat(120)}\n`);
  write('src/pattern.ts', `const pattern =\n  /${'x'.repeat(120)}/u;\n`);
  expect(untidy(folder).wrong).toEqual([
    expect.stringMatching(/^src\/code\.ts:1: longer than 120 columns/),
    expect.stringMatching(/^src\/comment\.ts:1: longer than 120 columns/),
    expect.stringMatching(/^src\/quoted\.ts:1: longer than 120 columns/),
  ]);
});

test('accepts a folder of src with 15 source files, without counting tests', () => {
  for (let number = 1; number <= 15; number++) write(`src/full/file-${number}.ts`);
  write('src/full/file-1.test.ts');
  for (let number = 1; number <= 16; number++) write(`src/fuller/file-${number}.ts`);
  expect(untidy(folder).wrong).toEqual([expect.stringMatching(/^src\/fuller: 16 source files, at most 15/)]);
});

test('reports a test file that no tier runs', () => {
  for (const file of ['src/a.test.ts', 'bench/b.system.test.ts', 'e2e/c.spec.ts', 'e2e/system/d.spec.ts']) write(file);
  for (const file of ['src/e.spec.ts', 'e2e/f.test.ts', 'e2e/browsers/g.spec.ts', 'docs/h.test.ts']) write(file);
  expect(untidy(folder).wrong.map((line) => line.split(': nothing runs it')[0])).toEqual([
    ...['docs/h.test.ts', 'e2e/browsers/g.spec.ts', 'e2e/f.test.ts', 'src/e.spec.ts'],
  ]);
});

test('requires a reason for a disabled rule', () => {
  // Split, so that this file is not reported.
  const off = `// oxlint-${'disable'}-next-line react/no-danger`;
  write('src/a.tsx', `${off} -- JSON of the server, escaped\n`);
  write('src/above.tsx', `// In a fixed order.\n${off}\n`);
  write('src/above.tsx', `// In a fixed order.\n${off}\n`);
  write('src/b.tsx', `x\n${off}\n`);
  write('e2e/c.spec.ts', `// @ts-${'expect'}-error\n`);
  expect(untidy(folder).wrong).toEqual([
    expect.stringMatching(/^e2e\/c\.spec\.ts:1: say why/),
    expect.stringMatching(/^src\/b\.tsx:2: say why/),
  ]);
});
