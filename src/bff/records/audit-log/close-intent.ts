import type { Expression, Insertable, SqlBool, Transaction } from 'kysely';
import type { Tables } from '../../platform/store/schema.ts';

type Row = Pick<Insertable<Tables['audit_log']>, 'outcome' | 'factor_id'>;

/**
 * Ends what an intent left open, in the transaction of its outcome: the list of open intents, the counts of a change
 * that certainly did not happen, and its `Idempotency-Key`. Returns false when the intent is not open: it has its
 * outcome. The log is not asked, since rows with an `intent` can be inserted by whoever may add rows.
 * @param isHeld the condition that nobody took the request's locks; without it nothing is ended either
 */
export async function closeIntent(
  tx: Transaction<Tables>,
  { intent, outcome, factor_id }: Row & { intent: number },
  isHeld: Expression<SqlBool>,
): Promise<boolean> {
  const open = tx.deleteFrom('open_intents').where('seq', '=', intent).where(isHeld);
  const { numDeletedRows } = await open.executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  if (outcome === 'failure') {
    await tx.deleteFrom('counted_events').where('seq', '=', intent).execute();
    // The repeat of a request whose change did not happen runs anew.
    await tx.deleteFrom('repeats').where('intent', '=', intent).execute();
  } else if (outcome === 'success') {
    await tx
      .updateTable('repeats')
      .set({ outcome, factor_id: factor_id ?? null })
      .where('intent', '=', intent)
      .execute();
  }
  return true;
}
