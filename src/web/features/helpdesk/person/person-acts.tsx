import { type ReactElement, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Later } from '../layout/later.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from './person.module.css';

const noteForm = {
  load: () => import('../notes/note-form.tsx'),
  messages: ['helpdesk-note', 'helpdesk-person'],
} as const;

/** What an agent may add about this person, besides a reset. */
export function PersonActs({ found }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  const [open, setOpen] = useState<'note'>();
  const props = { userId: found.person.id, onClose: () => setOpen(undefined) };
  const { note } = found.permissions;
  if (!note.allowed) return null;
  return (
    <div className={css.acts}>
      {open === 'note' ? (
        <Later part={noteForm} props={props} />
      ) : (
        <Button variant="text-button" onClick={() => setOpen('note')}>
          {t('helpdesk-person.note_add')}
        </Button>
      )}
    </div>
  );
}
