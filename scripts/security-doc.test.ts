import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './step.ts';

/** The number of items per group of the checklist; items with a star block a release. */
const groups = { S: 12, W: 9, A: 13, F: 13, B: 7, U: 9, D: 7, L: 6, P: 6, C: 5, X: 6 };
const ids = Object.entries(groups).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, n) => `${letter}${n + 1}`),
);
const starless = [
  'S3',
  'S10',
  'W3',
  'W8',
  'A10',
  'A13',
  'F3',
  'F9',
  'F11',
  'F12',
  'B3',
  'B6',
  'U4',
  'D3',
  'D4',
  'D6',
  'D7',
  'L3',
  'L6',
  'P6',
  'C3',
  'C4',
  'C5',
  'X2',
];
/** Items that building and releasing must provide. */
const operations = ['C1', 'C3', 'C4', 'D4', 'P5'];
const MOST_NOT_MET = 3;

type Row = {
  id: string;
  star: boolean;
  files: string[];
  tests: string[];
  state: 'held' | 'not met' | 'operations issue';
};

/** Reads the rows `| S1 ★ | what | \`file\` | \`test\` |`; instead of a test `not met: why` or `operations issue: what`. */
function rowsOf(text: string): Row[] {
  const filesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file!);
  return [...text.matchAll(/^\| ([A-Z]\d+)( ★)? \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, id = '', star, files = '', held = '']) => ({
      id,
      star: star !== undefined,
      files: filesIn(files),
      tests: filesIn(held),
      state: /\bnot met: \S/.test(held) ? 'not met' : /\boperations issue: \S/.test(held) ? 'operations issue' : 'held',
    }),
  );
}

/** Whether a file has a test title with this id. */
const isTitled = (text: string, id: string) => new RegExp(`['"\`](?:\\[[A-Z]\\d+\\] )*\\[${id}\\] `).test(text);

/** All faults of the table. `read` gives a file's text, or null for a missing one. */
function faultsIn(rows: Row[], read: (file: string) => string | null): string[] {
  const faults: string[] = [];
  for (const id of ids) {
    const count = rows.filter((row) => row.id === id).length;
    if (count !== 1) faults.push(`${id} stands there ${count} times`);
  }
  for (const { id, star, files, tests, state } of rows) {
    if (!ids.includes(id)) faults.push(`${id} is no item`);
    if (star === starless.includes(id)) faults.push(`${id} has its star wrong`);
    if (!files.length) faults.push(`${id} names no file`);
    for (const file of files) if (read(file) === null) faults.push(`${id}: ${file} is not there`);
    if (state === 'operations issue' && !operations.includes(id)) faults.push(`${id} is no operations issue`);
    if (state === 'held' && !tests.length) faults.push(`${id} names no test`);
    for (const file of tests) {
      const text = read(file);
      if (text === null) faults.push(`${id}: ${file} is not there`);
      else if (!isTitled(text, id)) faults.push(`${id}: ${file} has no test [${id}]`);
    }
  }
  if (rows.filter(({ state }) => state === 'not met').length > MOST_NOT_MET)
    faults.push(`more than ${MOST_NOT_MET} are not met`);
  return faults;
}

const document = readFileSync(join(root, 'docs/security.md'), 'utf8');
const read = (file: string) =>
  existsSync(join(root, file)) ? (file.includes('.') ? readFileSync(join(root, file), 'utf8') : '') : null;

test('docs/security.md has each of the 93 items once, with an existing control and test', () => {
  expect(ids).toHaveLength(93);
  expect(faultsIn(rowsOf(document), read)).toEqual([]);
});

describe('reports planted faults', () => {
  const edited = (from: string | RegExp, to: string) => {
    const text = document.replace(from, to);
    expect(text).not.toBe(document);
    return faultsIn(rowsOf(text), read);
  };

  test.each<[string, string | RegExp, string, string]>([
    ['a row that is gone', /^\| A6 .*$\n/m, '', 'A6 stands there 0 times'],
    ['a row that stands there twice', /^(\| A6 .*\n)/m, '$1$1', 'A6 stands there 2 times'],
    ['an item that is none', /^\| S1 /m, '| S99 ', 'S99 is no item'],
    ['a star that is lost', '| S1 ★ |', '| S1 |', 'S1 has its star wrong'],
    [
      'a control that was moved',
      /^(\| S4 ★ \|[^|]*\| )`[^`]+`/m,
      '$1`src/bff/moved.ts`',
      'S4: src/bff/moved.ts is not there',
    ],
    [
      'a test file that was moved',
      /^(\| S4 ★ \|[^|]*\|[^|]*\| )`[^`]+`/m,
      '$1`src/bff/moved.test.ts`',
      'S4: src/bff/moved.test.ts is not there',
    ],
    [
      'a file with tests of other items',
      /^(\| S4 ★ \|[^|]*\|[^|]*\| )`[^`]+`/m,
      '$1`scripts/packages.test.ts`',
      'S4: scripts/packages.test.ts has no test [S4]',
    ],
    [
      'an operations issue that is none',
      /^(\| S4 ★ \|[^|]*\|[^|]*\| ).*$/m,
      '$1operations issue: later |',
      'S4 is no operations issue',
    ],
    ['a cell that says nothing', /^(\| S4 ★ \|[^|]*\|[^|]*\| ).*$/m, '$1tested |', 'S4 names no test'],
  ])('%s', (_what, from, to, fault) => {
    expect(edited(from, to)).toContain(fault);
  });

  test('a fourth item that is not met', () => {
    const rows = rowsOf(document).map((row, place) => (place < 4 ? { ...row, state: 'not met' as const } : row));
    expect(faultsIn(rows, read)).toContain('more than 3 are not met');
  });

  test('a title without its id', () => {
    const without = (file: string) => read(file)?.replaceAll('[S4] ', '') ?? null;
    expect(faultsIn(rowsOf(document), without)).toContainEqual(expect.stringMatching(/^S4: .* has no test \[S4\]/));
  });
});
