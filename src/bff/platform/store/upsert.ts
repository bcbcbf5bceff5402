import type { Insertable } from 'kysely';
import type { Store } from './open.ts';
import type { Tables } from './schema.ts';

export async function upsert<T extends keyof Tables>(
  tx: Store,
  table: T,
  key: readonly (keyof Tables[T])[],
  row: Insertable<Tables[T]>,
): Promise<void> {
  await tx
    .insertInto(table)
    .values(row)
    .onConflict((conflict) => conflict.columns(key as never).doUpdateSet(row as never))
    .execute();
}
