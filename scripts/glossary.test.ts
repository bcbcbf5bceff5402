import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesWith, unusedWords } from './glossary.ts';
import { root } from './step.ts';

const sources = globSync('{src,e2e,bench,scripts}/**/*.{ts,tsx,mjs}', { cwd: root })
  .filter((file) => !/scripts.glossary/.test(file))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join(root, file), 'utf8') }));

test('no name contains a word that is not used in names', () => {
  expect(sources.length).toBeGreaterThan(700);
  expect(namesWith(unusedWords, sources)).toEqual([]);
});

test.each([
  ['a variable', 'const rooms = open();', 'planted.ts:1 rooms'],
  ['a part of a name', 'createTrailReader();', 'planted.ts:1 createTrailReader'],
  ['a column', 'row.way_back', 'planted.ts:1 way_back'],
  ['code after a text', "f('x').porch();", 'planted.ts:1 porch'],
  ['an expression of a template', 'say(`a ${porch} and more`);', 'planted.ts:1 porch'],
])('finds the word in %s', (_, text, found) => {
  expect(namesWith(unusedWords, [{ file: 'planted.ts', text }])).toEqual([found]);
});

test('finds the word in a path', () => {
  expect(namesWith(unusedWords, [{ file: 'src/web/desk/a.ts', text: '' }])).toEqual(['src/web/desk/a.ts (its path)']);
});

test('accepts English in comments and texts, longer words, and names of Okta', () => {
  const text =
    "// The rooms of a house.\n * Its trail.\nsay('a witness', `it lies ${there}, it lies`); // no porch\nHELP_DESK_ADMIN; flawless;";
  expect(namesWith(unusedWords, [{ file: 'planted.ts', text }])).toEqual([]);
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
    ).toBe(2);
});
