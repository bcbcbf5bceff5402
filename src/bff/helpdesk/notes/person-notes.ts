import type { PersonNote } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from '../../store/open.ts';
import { randomToken } from '../../store/secrets.ts';

/** How long a note is kept and shown. */
const KEPT_MS = 30 * 24 * 60 * 60_000;
const MOST = 20;

type Author = { id: string; name: string };

export type PersonNotes = ReturnType<typeof createPersonNotes>;

/**
 * Creates the notes that agents write on people for the next agent. They only inform: no requirement of a reset is read
 * from them. Their text is in no other place, so that it ends after 30 days.
 */
export const createPersonNotes = (store: Store, clock: Clock) => ({
  /** @param step the transaction of its audit row */
  async add(step: Store, userId: string, by: Author, { reason, text }: Pick<PersonNote, 'reason' | 'text'>) {
    const now = clock.now();
    const row = { id: randomToken(12), user_id: userId, agent_id: by.id, agent_name: by.name, reason, text };
    await step
      .insertInto('person_notes')
      .values({ ...row, created_at: now })
      .execute();
    return { id: row.id, reason, text, by: by.name, at: new Date(now).toISOString() };
  },

  /** Returns a person's notes, newest first. */
  async of(userId: string): Promise<PersonNote[]> {
    const rows = await store
      .selectFrom('person_notes')
      .selectAll()
      .where('user_id', '=', userId)
      .where('created_at', '>', clock.now() - KEPT_MS)
      .orderBy('created_at', 'desc')
      .limit(MOST)
      .execute();
    return rows.map(({ id, reason, text, agent_name: by, created_at }) => ({
      id,
      reason,
      text,
      by,
      at: new Date(created_at).toISOString(),
    }));
  },

  /** Deletes what is older than 30 days. */
  sweep: (): Promise<void> => deleteUntil(store, 'person_notes', 'created_at', clock.now() - KEPT_MS),
});
