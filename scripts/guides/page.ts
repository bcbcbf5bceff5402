import type { Edit } from '../testing/copy.ts';

export const pageEdits: Record<string, Edit> = {
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
      before: "  forStaff('/helpdesk', 'people',",
      insert: `  {
    path: '/notes',
    load: () => import('../features/notes/notes-page.tsx'),
    source: 'src/web/features/notes/notes-page.tsx',
    queries: session,
    title: 'notes.title',
  },
`,
    },
  ],
  'src/contract/locale/messages/en/notes.json': '{ "notes.title": "Notes", "notes.heading": "Your notes" }\n',
  'src/web/app/entry-server.test.ts': [
    {
      before: "  ...statesOf('/signed-out',",
      insert: "  ...statesOf('/notes', 'Notes', [['notes', 'Your notes', undefined, 'Your notes']]),\n",
    },
  ],
};
