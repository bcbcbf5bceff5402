import type { Expression, Insertable, SqlBool, Transaction } from 'kysely';
import type { Tables } from '../../platform/store/schema.ts';

type Row = Pick<Insertable<Tables['audit_log']>, 'outcome' | 'factor_id'>;

/**
 * Closes an intent in the transaction of its outcome: deletes the row in `open_intents`. After a failure, also deletes
 * what the intent counted towards limits (`counted_events`) and its `Idempotency-Key`. After a success, stores the
 * outcome with the key. Returns false if it closed nothing: the intent already has an outcome, or `isHeld` is false.
 * Whether there is an outcome is read from `open_intents` and not from the log, because an attacker who can insert rows
 * into the log could plant an outcome there.
 * @param isHeld SQL condition: nobody else has taken the request's locks
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
    // With the key deleted, a repeat of the failed request runs the change again.
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
