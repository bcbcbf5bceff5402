import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import { changeStore, type RunTransaction } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { upsert } from '../../platform/store/upsert.ts';

/** Notes by factor id. */
export type NotesById = ReadonlyMap<string, FactorNote>;

const noNote: FactorNote = { name: null, aaguid: null, backup: null, made_on: null, used_at: null };

export const hasNote = (note: FactorNote): boolean => Object.values(note).some((value) => value !== null);

export function mergeNotes(members: readonly { id: string }[], notes: NotesById): FactorNote {
  let merged = noNote;
  for (const { id } of members) {
    const note = notes.get(id);
    if (note === undefined) continue;
    const { name, aaguid, backup, made_on, used_at } = merged;
    merged =
      merged === noNote
        ? note
        : {
            name: name ?? note.name,
            aaguid: aaguid ?? note.aaguid,
            backup: backup ?? note.backup,
            made_on: made_on ?? note.made_on,
            used_at: Math.max(used_at ?? 0, note.used_at ?? 0) || null,
          };
  }
  return merged;
}

export type FactorNotes = ReturnType<typeof createFactorNotes>;

export function createFactorNotes(store: Store, clock: Clock) {
  const drop = async (userId: string, factorIds: readonly string[], tx: Store = store) => {
    if (factorIds.length)
      await tx.deleteFrom('factor_notes').where('user_id', '=', userId).where('factor_id', 'in', factorIds).execute();
  };
  const byPerson = prepare(store, (value: Value<{ userId: string }>) =>
    store
      .selectFrom('factor_notes')
      .select(['factor_id', 'name', 'aaguid', 'backup', 'made_on', 'used_at'])
      .where('user_id', '=', value('userId')),
  );
  const of = async (userId: string): Promise<Map<string, FactorNote>> =>
    new Map((await byPerson({ userId })).map(({ factor_id, ...note }) => [factor_id, note]));
  return {
    of,

    /** `members`: the ids of all members of the method. The caller must hold the person's lock. */
    async change(
      userId: string,
      factorId: string,
      members: readonly string[],
      change: Partial<FactorNote>,
      run: RunTransaction = (work) => changeStore(store, work),
    ): Promise<void> {
      const earlierNote = mergeNotes(
        members.map((id) => ({ id })),
        await of(userId),
      );
      const note = { ...earlierNote, ...change };
      await run(async (tx) => {
        await drop(userId, members, tx);
        if (hasNote(note))
          await upsert(tx, 'factor_notes', ['user_id', 'factor_id'], {
            user_id: userId,
            factor_id: factorId,
            ...note,
          });
      });
    },

    used: (userId: string, factorId: string, tx: Store): Promise<void> =>
      upsert(tx, 'factor_notes', ['user_id', 'factor_id'], {
        user_id: userId,
        factor_id: factorId,
        used_at: clock.now(),
      }),

    /** Okta may change a factor's id on activation. */
    async follow(userId: string, from: string, to: string): Promise<void> {
      if (from === to) return;
      await drop(userId, [to]);
      await store
        .updateTable('factor_notes')
        .set({ factor_id: to })
        .where('user_id', '=', userId)
        .where('factor_id', '=', from)
        .execute();
    },

    drop: (userId: string, factorIds: readonly string[]) => drop(userId, factorIds),
  };
}
