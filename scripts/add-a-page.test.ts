import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import type { PageRequest } from '#contract/page.ts';
import { root } from './step.ts';
import { Copy, rowsOf, type Edit } from './testing/copy.ts';

const rows = rowsOf(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'), 'Adding a page');

const edits: Record<string, Edit> = {
  'src/web/features/notes/notes-page.tsx': `import type { ReactElement } from 'react';
import { Heading } from '../../components/ui/heading.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
export default function NotesPage(): ReactElement {
  const t = useTranslate();
  return <Heading back="list">{t('notes.heading')}</Heading>;
}
`,
  'src/web/app/pages.ts': [
    {
      before: "  forStaff('/helpdesk', 'people'),",
      insert: `  {
    path: '/notes',
    load: () => import('../features/notes/notes-page.tsx'),
    source: 'src/web/features/notes/notes-page.tsx',
    messages: ['notes'],
    queries: session,
    title: 'notes.title',
  },
`,
    },
  ],
  'src/web/i18n/messages/en/notes.json': '{ "notes.title": "Notes", "notes.heading": "Your notes" }\n',
};

test('CONTRIBUTING.md lists at most three edits for a page, and they add one', { timeout: 600_000 }, async () => {
  expect(rows.length).toBeLessThanOrEqual(3);
  expect(rows.map(({ file }) => file)).toEqual(Object.keys(edits));
  const copy = new Copy();
  onTestFinished(() => copy.remove());
  for (const [file, edit] of Object.entries(edits)) copy.set(file, edit, true);
  expect(copy.compile()).toEqual([]);

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

  for (const { file, named } of rows) {
    copy.set(file, edits[file]!, false);
    if (named === 'compiler') expect([file, copy.compile().length > 0]).toEqual([file, true]);
    else expect([file, copy.failing(named)]).toEqual([file, [named]]);
    copy.set(file, edits[file]!, true);
  }
});
