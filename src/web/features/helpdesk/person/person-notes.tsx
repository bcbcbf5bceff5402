import type { ReactElement } from 'react';
import type { PersonNote } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { noteMessages } from '../messages/note-messages.ts';
import css from './person.module.css';

/** What agents wrote about this person, newest first. One agent's many notes never stand before another's. */
export function PersonNotes({ notes }: { notes: readonly PersonNote[] }): ReactElement | null {
  const t = useTranslate();
  if (notes.length === 0) return null;
  const older = notes.filter((note) => note.older);
  return (
    <section className={`panel ${css.notes}`} aria-labelledby="notes">
      <h2 className="note-head" id="notes">
        {t('helpdesk-person.notes')}
      </h2>
      <NoteList notes={notes.filter((note) => !note.older)} />
      {older.length > 0 && (
        <details>
          <summary>{t('helpdesk-person.notes_older', { count: older.length })}</summary>
          <NoteList notes={older} />
        </details>
      )}
    </section>
  );
}

function NoteList({ notes }: { notes: readonly PersonNote[] }): ReactElement {
  const t = useTranslate();
  return (
    <ul>
      {notes.map(({ id, reason, text, by, at }) => (
        <li key={id}>
          <span className="strong">{t(noteMessages[reason])}</span>
          {text === '' ? ' · ' : <>: {text} </>}
          <span className="fine">
            <Trans id="helpdesk-person.note_by" values={{ by, when: <RelativeTime iso={at} /> }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
