import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRetired, retiredNamesIn } from './glossary.ts';
import { root } from './step.ts';

const retired = readRetired(root);
const sources = globSync('{src,e2e,bench,scripts}/**/*.{ts,tsx,mjs,js,css,json}', { cwd: root })
  .filter((file) => file !== 'scripts/glossary.test.ts')
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test('no retired identifier, path, setting or message id comes back', () => {
  expect(sources.length).toBeGreaterThan(700);
  expect(retired.identifiers.length).toBeGreaterThan(400);
  expect(retired.messageIds.length).toBeGreaterThan(300);
  expect(retiredNamesIn(sources, retired)).toEqual([]);
});

test.each([
  ['an identifier', 'const desk = createRooms(options);', 'createRooms'],
  ['a path', "await fetch('/api/desk-requests');", '/api/desk-requests'],
  ['a path with more behind it', 'await fetch(`/desk/api/${name}`);', '/desk/api/'],
  ['a setting', "env.ORG_PORT = '1';", 'ORG_PORT'],
  ['a message id', "translate('asked.by_helpdesk')", 'asked.by_helpdesk'],
])('finds the planted name %s', (_, text, name) => {
  expect(retiredNamesIn([{ file: 'planted.ts', text }], retired)).toEqual([`planted.ts:1 ${name}`]);
});

test('accepts English words in a comment', () => {
  expect(retiredNamesIn([{ file: 'planted.ts', text: '// createRooms was its name' }], retired)).toEqual([]);
});

test('each term of the glossary has a meaning', () => {
  const rows = readFileSync(join(root, 'docs/glossary.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!---|term)/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows)
    expect(
      row
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .filter(Boolean).length,
      row,
    ).toBeGreaterThanOrEqual(2);
});
