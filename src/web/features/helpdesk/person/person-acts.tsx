import { type ReactElement, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { Later, type LaterPart } from '../layout/later.tsx';
import css from './person.module.css';

type Act = 'report' | 'note';
const parts: Record<Act, LaterPart<{ userId: string; onClose: () => void }>> = {
  report: { load: () => import('../notes/report-form.tsx'), messages: ['helpdesk', 'helpdesk-report'] },
  note: { load: () => import('../notes/note-form.tsx'), messages: ['helpdesk', 'helpdesk-person', 'helpdesk-note'] },
};
const texts: Record<Act, MessageId> = { report: 'helpdesk-person.report_call', note: 'helpdesk-person.note_add' };

/** What an agent may add about this person or call, besides a reset. */
export function PersonActs({ found: { person, permissions } }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  const [open, setOpen] = useState<Act>();
  const allowed = (Object.keys(texts) as Act[]).filter((act) => permissions[act].allowed);
  if (allowed.length === 0) return null;
  return (
    <div className={css.acts}>
      {open ? (
        <section key={open}>
          <h2>{t(texts[open])}</h2>
          <Later part={parts[open]} props={{ userId: person.id, onClose: () => setOpen(undefined) }} />
        </section>
      ) : (
        allowed.map((act) => (
          <Button key={act} variant="text-button" onClick={() => setOpen(act)}>
            {t(texts[act])}
          </Button>
        ))
      )}
    </div>
  );
}
