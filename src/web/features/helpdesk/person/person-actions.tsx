import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { places } from '../reset/reset-view.ts';
import css from './person.module.css';

type Action = 'report' | 'note';
const parts: Record<Action, Load<{ userId: string; onClose: () => void }>> = {
  report: () => import('../notes/report-form.tsx'),
  note: () => import('../notes/note-form.tsx'),
};
const texts: Record<Action, MessageId> = { report: 'helpdesk-person.report_call', note: 'helpdesk-person.note_add' };

/** Ids of the places of the buttons. */
const buttonIds: Record<Action, string> = { report: places.report, note: 'add-note' };

/** What an agent may add about this person or call, besides a reset. */
export function PersonActions({ found: { person, permissions } }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  const [open, setOpen] = useState<Action>();
  const closed = useRef<Action>(undefined);
  useEffect(() => {
    // The form had the focus, and is gone.
    if (open === undefined && closed.current)
      document.getElementById(buttonIds[closed.current])?.querySelector('button')?.focus();
  }, [open]);
  const close = (): void => {
    closed.current = open;
    setOpen(undefined);
  };
  const allowed = (Object.keys(texts) as Action[]).filter((action) => permissions[action].allowed);
  if (allowed.length === 0) return null;
  return (
    <div className={css.actions}>
      {open ? (
        <section key={open}>
          <h2>{t(texts[open])}</h2>
          <Later load={parts[open]} props={{ userId: person.id, onClose: close }} />
        </section>
      ) : (
        allowed.map((action) => (
          <span key={action} id={buttonIds[action]}>
            <Button variant="text-button" onClick={() => setOpen(action)}>
              {t(texts[action])}
            </Button>
          </span>
        ))
      )}
    </div>
  );
}
