import { ApiError } from '#contract/errors.ts';
import type { PersonNote } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { kept } from '../../../platform/lifecycle/prune.ts';
import type { Store } from '../../../platform/store/open.ts';
import { randomToken } from '../../../platform/store/secrets.ts';

/** The most notes of one agent on one person within that time: every note is shown, and nobody can bury the others'. */
const MOST_OF_ONE = 10;
/** How many notes of each agent stand first. The page folds the older ones away. */
const FIRST_OF_ONE = 2;

type Author = { id: string; name: string };

export type PersonNotes = ReturnType<typeof createPersonNotes>;

/**
 * Creates the notes that agents write on people for the next agent. They only inform: no requirement of a reset is read
 * from them. Their text is in no other place, so that it ends after 30 days.
 */
export const createPersonNotes = (store: Store, clock: Clock) => ({
  /**
   * Writes a note. Throws `limit_reached` with rule `notes` and `retryAt`. Callers hold the person's lock.
   * @param tx the transaction of its audit row
   */
  async add(tx: Store, userId: string, by: Author, { reason, text }: Pick<PersonNote, 'reason' | 'text'>) {
    const now = clock.now();
    const own = await tx
      .selectFrom('person_notes')
      .select('created_at')
      .where('user_id', '=', userId)
      .where('agent_id', '=', by.id)
      .where('created_at', '>', now - kept.personNotes)
      .orderBy('created_at')
      .execute();
    if (own.length >= MOST_OF_ONE)
      throw ApiError.withRule('limit_reached', 'notes', {
        retryAt: new Date(own[0]!.created_at + kept.personNotes).toISOString(),
      });
    const row = { id: randomToken(12), user_id: userId, agent_id: by.id, agent_name: by.name, reason, text };
    await tx
      .insertInto('person_notes')
      .values({ ...row, created_at: now })
      .execute();
    return { id: row.id, reason, text, by: by.name, at: new Date(now).toISOString(), older: false };
  },

  /** Returns a person's notes, newest first, and which are `older`: each agent's, but for their newest. */
  async of(userId: string): Promise<PersonNote[]> {
    const rows = await store
      .selectFrom('person_notes')
      .selectAll()
      .where('user_id', '=', userId)
      .where('created_at', '>', clock.now() - kept.personNotes)
      .orderBy('created_at', 'desc')
      .execute();
    const counts = new Map<string, number>();
    return rows.map(({ id, reason, text, agent_id, agent_name: by, created_at }) => {
      const newer = counts.get(agent_id) ?? 0;
      counts.set(agent_id, newer + 1);
      const at = new Date(created_at).toISOString();
      return { id, reason, text, by, at, older: newer >= FIRST_OF_ONE };
    });
  },
});
