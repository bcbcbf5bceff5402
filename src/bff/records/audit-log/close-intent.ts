import type { Expression, Insertable, SqlBool, Transaction } from 'kysely';
import type { Tables } from '../../platform/store/schema.ts';

type Row = Pick<Insertable<Tables['audit_log']>, 'outcome' | 'factor_id'>;

/**
 * A failure also deletes the counts towards limits and the `Idempotency-Key`. Returns false if the intent has an
 * outcome, or if `isHeld` is false: somebody else has taken the request's locks. Only `open_intents` is read, because
 * an attacker who can insert rows into the log could plant an outcome there.
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
    // Without the key, a repeat of the failed request runs the change again.
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
