import { changeStore } from '#bff/platform/store/change-store.ts';
import type { Store } from '#bff/platform/store/open.ts';

const SLICE = 200;

/** Deletes the names of people whom no row of the log names any more. */
export async function forgetNames(store: Store): Promise<void> {
  for (let from = ''; ;) {
    const slice = await store
      .selectFrom('known_names')
      .select('user_id')
      .where('user_id', '>', from)
      .orderBy('user_id')
      .limit(SLICE)
      .execute();
    const ids = slice.map(({ user_id }) => user_id);
    if (ids.length === 0) return;
    from = ids.at(-1)!;
    await changeStore(store, async (tx) => {
      await tx
        .deleteFrom('known_names')
        .where('user_id', 'in', ids)
        .where(({ not, exists, selectFrom }) => {
          const named = (column: 'actor' | 'subject') =>
            exists(
              selectFrom('audit_log')
                .select('seq')
                .whereRef(`audit_log.${column}`, '=', 'known_names.user_id')
                .limit(1),
            );
          return not(named('actor')).and(not(named('subject')));
        })
        .execute();
    });
  }
}
