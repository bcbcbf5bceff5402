import type { Expression, Insertable, SqlBool, Transaction } from 'kysely';
import type { Tables } from '../../platform/store/schema.ts';

type Row = Pick<Insertable<Tables['audit_log']>, 'outcome' | 'factor_id'>;

/**
 * Closes an intent in the transaction of its outcome. Deletes its row in `open_intents`; after a failure also its
 * counts and its `Idempotency-Key`. Returns false when the intent is not open, because it already has an outcome. Does
 * not look in the log, where an attacker who can insert rows could plant an outcome.
 * @param isHeld SQL condition: nobody has taken the request's locks; if false, nothing is closed
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
    // A repeat of the failed request may run the change again.
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
