import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageRequest } from '#contract/page.ts';
import { guideEdits } from './guides/all.ts';
import { root } from './step.ts';
import { Copy, rowsOf, type Edit } from './testing/copy.ts';

const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const kinds = readFileSync(join(root, 'docs/add-a-factor.md'), 'utf8');

/** Each guide: its tables, and what it does in the copy. */
const guides: [name: string, rows: ReturnType<typeof rowsOf>, edits: Record<string, Edit>][] = [
  ['a page', rowsOf(contributing, 'Adding a page'), guideEdits.page],
  ['an endpoint', rowsOf(contributing, 'Adding an endpoint'), guideEdits.endpoint],
  ['a setting', rowsOf(contributing, 'Adding a setting'), guideEdits.setting],
  ['a column', rowsOf(contributing, 'Adding a column'), guideEdits.column],
  ['a kind', [...rowsOf(kinds, 'Three new files'), ...rowsOf(kinds, 'Seven edits')], guideEdits.kind],
  ['a locale', rowsOf(contributing, 'Adding a locale'), guideEdits.locale],
];

let copy: Copy;
beforeAll(() => {
  copy = new Copy();
  for (const [, , edits] of guides) for (const [file, edit] of Object.entries(edits)) copy.set(file, edit, true);
});
afterAll(() => copy.remove());

test.each(guides)('the guide for %s names each place that is edited', (_name, rows, edits) => {
  expect(rows.map(({ file }) => file)).toEqual(Object.keys(edits));
  for (const { file } of rows) expect([file, copy.has(file)]).toEqual([file, true]);
});

test('all of them together compile, break no rule, and pass the tests that name them', { timeout: 600_000 }, () => {
  expect(copy.compile()).toEqual([]);
  expect(copy.faults()).toEqual([]);
  const tests = new Set(
    guides.flatMap(([, rows]) => rows.map(({ named }) => named)).filter((one) => one !== 'compiler'),
  );
  expect(copy.failing(...tests)).toEqual([]);
});

test('the page is rendered with its title', async () => {
  const server = { middlewareMode: true, ws: false, watch: null } as const;
  const configFile = join(copy.folder, 'vite.config.ts');
  const vite = await createServer({ root: copy.folder, configFile, logLevel: 'error', server });
  try {
    const { render } = (await vite.ssrLoadModule('/src/web/testing/render.ts')) as {
      render: (request: PageRequest) => Promise<{ html: string }>;
    };
    const { pageRequest } = (await vite.ssrLoadModule('/src/web/testing/person.ts')) as {
      pageRequest: (url: string) => PageRequest;
    };
    const { html } = await render(pageRequest('/notes'));
    expect(html).toContain('Your notes</h1>');
    expect(html).toContain('<title>Notes · Latchkey</title>');
  } finally {
    await vite.close();
  }
});

/** `npm run soak -- guides` leaves out each place, and `npm test` the last of each guide. */
const leftOut = <Row>(rows: Row[]): Row[] => (process.env['SOAK'] ? rows : rows.slice(-1));

test.each(guides)('a place of %s that is left out is named', { timeout: 600_000 }, (_name, rows, edits) => {
  for (const { file, named } of leftOut(rows)) {
    copy.set(file, edits[file]!, false);
    if (named === 'compiler') expect([file, copy.compile().length > 0]).toEqual([file, true]);
    else expect([file, copy.failing(named)]).toEqual([file, [named]]);
    copy.set(file, edits[file]!, true);
  }
});
