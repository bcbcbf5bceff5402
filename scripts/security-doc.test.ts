import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** Items with a star block a release. */
const groups = { S: 12, W: 9, A: 13, F: 13, B: 7, U: 9, D: 7, L: 6, P: 6, C: 5, X: 6 };
const ids = Object.entries(groups).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, n) => `${letter}${n + 1}`),
);
const starless = 'S3 S10 W3 W8 A10 A13 F3 F9 F11 F12 B3 B6 U4 D3 D4 D6 D7 L3 L6 P6 C3 C4 C5 X2'.split(' ');

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const tests = globSync('{src,e2e,scripts}/**/*.{test,spec}.{ts,tsx}', { cwd: root });
const titled = new Set(
  tests.flatMap((file) =>
    [...read(file).matchAll(/['"`](?:\[[A-Z]\d+\] )+/g)].flatMap(([title]) => title.match(/[A-Z]\d+/g)!),
  ),
);

/** Rows are `| S1 ★ | what | \`file\` |`. */
function faultsIn(document: string): string[] {
  const rows = [...document.matchAll(/^\| ([A-Z]\d+)( ★)? \| [^|]+ \| ([^|]+) \|$/gm)];
  const faults = ids.flatMap((id) => {
    const count = rows.filter(([, one]) => one === id).length;
    return count === 1 ? [] : [`${id} is there ${count} times`];
  });
  for (const [, id = '', star, files = ''] of rows) {
    if (!ids.includes(id)) faults.push(`${id} is no item`);
    if ((star !== undefined) === starless.includes(id)) faults.push(`${id} has its star wrong`);
    const controls = [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file!);
    if (controls.length === 0) faults.push(`${id} names no file`);
    for (const file of controls) if (!existsSync(join(root, file))) faults.push(`${id}: ${file} is not there`);
    if (!titled.has(id)) faults.push(`${id} has no test`);
  }
  return faults;
}

const document = read('docs/security.md');

test('docs/security.md has each of the 93 items once, with an existing control and test', () => {
  expect(ids).toHaveLength(93);
  expect(faultsIn(document)).toEqual([]);
});

test.each<[string, RegExp, string, string]>([
  ['a row that is gone', /^\| A6 .*$\n/m, '', 'A6 is there 0 times'],
  ['a row that is there twice', /^(\| A6 .*\n)/m, '$1$1', 'A6 is there 2 times'],
  ['an item that is none', /^\| S1 /m, '| S99 ', 'S99 is no item'],
  ['a star that is lost', /\| S1 ★ \|/, '| S1 |', 'S1 has its star wrong'],
  ['a control that was moved', /^(\| S4 .*?\| )`[^`]+`/m, '$1`src/moved.ts`', 'S4: src/moved.ts is not there'],
  ['an item without a test', /^\| S1 /m, '| S99 ', 'S99 has no test'],
])('it reports %s', (_what, from, to, fault) => {
  expect(faultsIn(document.replace(from, to))).toContain(fault);
});
