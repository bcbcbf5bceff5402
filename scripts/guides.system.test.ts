import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kindEdits } from './guides/kind.ts';
import { pageEdits } from './guides/page.ts';
import { columnEdits, endpointEdits, localeEdits, settingEdits } from './guides/server.ts';
import { root } from './step.ts';
import { Copy, type Edit } from './testing/copy.ts';

type Row = { file: string; named: string };

/** `named`: the check that reports a missing file. */
const rowsOf = (page: string, heading: string): Row[] => {
  const [, part = ''] = readFileSync(join(root, page), 'utf8').split(`\n## ${heading}\n`);
  const rows = part.split('\n## ')[0]!.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm);
  return [...rows].map(([, file, named]) => ({ file: file!, named: named!.replaceAll('`', '') }));
};

/** The locale comes last, because it copies the texts of `en`. */
const guides: [name: string, rows: Row[], edits: Record<string, Edit>][] = [
  ['a page', rowsOf('CONTRIBUTING.md', 'Adding a page'), pageEdits],
  ['an endpoint', rowsOf('CONTRIBUTING.md', 'Adding an endpoint'), endpointEdits],
  ['a setting', rowsOf('CONTRIBUTING.md', 'Adding a setting'), settingEdits],
  ['a column', rowsOf('CONTRIBUTING.md', 'Adding a column'), columnEdits],
  [
    'a kind',
    ['Three new files', 'Seven edits'].flatMap((heading) => rowsOf('docs/add-a-factor.md', heading)),
    kindEdits,
  ],
  ['a locale', rowsOf('CONTRIBUTING.md', 'Adding a locale'), localeEdits],
];

let copy: Copy;
beforeAll(() => {
  copy = new Copy();
  for (const [, , edits] of guides) for (const [file, edit] of Object.entries(edits)) copy.set(file, edit, true);
});
afterAll(() => copy.remove());

test.each(guides)('the guide for %s names each place that is edited', (_name, rows, edits) => {
  expect(rows.map(({ file }) => file)).toEqual(Object.keys(edits));
  expect(rows.filter(({ file }) => !existsSync(join(copy.folder, file)))).toEqual([]);
});

test('all of them together compile, break no rule, and pass the tests that name them', { timeout: 1_200_000 }, () => {
  expect(copy.compile()).toEqual([]);
  expect(copy.faults()).toEqual([]);
  const tests = new Set(guides.flatMap(([, rows]) => rows.map(({ named }) => named)));
  tests.delete('compiler');
  expect(copy.failures(...tests)).toEqual({});
});

/** `npm run soak -- guides` leaves out each file, `npm run test:system` the last one of each guide. */
const leftOut = (rows: Row[]): Row[] => (process.env['SOAK'] ? rows : rows.slice(-1));

test.each(guides)('a place of %s that is left out is named', { timeout: 1_200_000 }, (_name, rows, edits) => {
  for (const { file, named } of leftOut(rows)) {
    copy.set(file, edits[file]!, false);
    if (named === 'compiler') expect([file, copy.compile().length > 0]).toEqual([file, true]);
    else expect([file, Object.keys(copy.failures(named))]).toEqual([file, [named]]);
    copy.set(file, edits[file]!, true);
  }
});
