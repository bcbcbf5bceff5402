import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faults } from './guards/faults.ts';
import type { Plant } from './guards/plant.ts';
import { plants, unplanted } from './guards/plants.ts';
import { root } from './step.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const items = [...read('docs/security.md').matchAll(/^\| ([A-Z]\d+)(?: ★)? \|/gm)].map(([, item]) => item!);

function faultsOf({ item, file, text, replacement, test: { file: testFile, title } }: Plant): string[] {
  if (!existsSync(join(root, file))) return [`${item}: ${file} is not there`];
  if (!existsSync(join(root, testFile))) return [`${item}: ${testFile} is not there`];
  const times = read(file).split(text).length - 1;
  return [
    ...(times === 1 ? [] : [`${item}: ${file} has ${times} times ${text}`]),
    ...(text === replacement ? [`${item}: nothing is replaced`] : []),
    ...(read(testFile).includes(title) ? [] : [`${item}: ${testFile} has no test ${title}`]),
  ];
}

test('each guard that `npm run soak -- guards` takes out is in its file exactly once, and its test exists', () => {
  expect(plants.length).toBeGreaterThan(55);
  expect(plants.flatMap(faultsOf)).toEqual([]);
});

test('each fault that no item names is planted in its file exactly once, and its test exists', () => {
  expect(faults.length).toBeGreaterThanOrEqual(60);
  expect(faults.flatMap(faultsOf)).toEqual([]);
  expect(new Set(faults.map(({ item }) => item)).size).toBe(faults.length);
});

test('each item of docs/security.md is planted or says why not', () => {
  expect(items).toHaveLength(93);
  const planted = new Set(plants.map(({ item }) => item));
  expect([...planted].filter((item) => !items.includes(item))).toEqual([]);
  expect(items.filter((item) => !planted.has(item) && !Object.hasOwn(unplanted, item))).toEqual([]);
  expect(Object.keys(unplanted).filter((item) => planted.has(item))).toEqual([]);
});

test('finds a guard that was moved, one that is there twice, and a test that is gone', () => {
  const [plant] = plants;
  expect(faultsOf({ ...plant!, text: 'nobody wrote this' })).toEqual([expect.stringMatching(/has 0 times/)]);
  expect(faultsOf({ ...plant!, text: 'import' })).toEqual([expect.stringMatching(/has \d+ times/)]);
  expect(faultsOf({ ...plant!, test: { ...plant!.test, title: 'nobody wrote this' } })).toHaveLength(1);
});
