import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allEndpoints } from '#contract/all.ts';
import { operations } from './features/helpdesk/access/policy.ts';

const src = join(import.meta.dirname, '..');
const isTest = (file: string) => /\.test\.tsx?$|(^|\/)testing\//.test(file);
const files = new Map(
  globSync('{contract,bff,web}/**/*.{ts,tsx}', { cwd: src })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !isTest(file))
    .map((file) => [file, readFileSync(join(src, file), 'utf8')] as const),
);
const names = Object.keys(allEndpoints);
const alsoOperations: ReadonlySet<string> = new Set(operations);

type Files = ReadonlyMap<string, string>;
const filesWith = (pattern: RegExp, all: Files) =>
  [...all].flatMap(([file, text]) => (pattern.test(text) ? [file] : []));
/** Files in which the endpoint has an entry of its own. */
const entries = (name: string, all: Files) =>
  filesWith(new RegExp(`^ {2}${name}: (?:\\{|(?:get|post|put|create|remove|emptyPost|file)\\()`, 'm'), all);
const mentions = (name: string, all: Files) =>
  filesWith(new RegExp(`['"]${name}['"]`), all).filter((file) => !file.startsWith('web/'));
const tests = (name: string, all: Files) => filesWith(new RegExp(`(?:[!=]==|case) ['"]${name}['"]`), all);

test.each(names)('%s is named in two places: its definition and its row', (name) => {
  const [definition, row, ...more] = entries(name, files).toSorted((a, b) => b.localeCompare(a));
  expect(definition).toMatch(/^contract\/(?:person|helpdesk)-endpoints\.ts$/);
  expect(row).toMatch(/^bff\/.+handlers\.ts$/);
  expect(more).toEqual([]);
  if (alsoOperations.has(name)) return;
  expect(mentions(name, files).filter((file) => file !== row)).toEqual([]);
  expect(tests(name, files)).toEqual([]);
});

test('reports a third place, and a test for a name', () => {
  const planted = new Map([
    ...files,
    ['bff/app.ts', "if (name === 'deleteFactor') return;"],
    ['bff/http/more.ts', 'const more = {\n  deleteFactor: {},\n};'],
  ]);
  expect(entries('deleteFactor', planted)).toContain('bff/http/more.ts');
  expect(mentions('deleteFactor', planted)).toContain('bff/app.ts');
  expect(tests('deleteFactor', planted)).toEqual(['bff/app.ts']);
});
