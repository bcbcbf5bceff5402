import { ApiError } from '#contract/errors.ts';
import { lockPeople } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';

/** A freeze of these people waits until this transaction ends. Null ids are ignored. */
export async function assertNoneFrozen(tx: Store, ids: readonly (string | null | undefined)[]): Promise<void> {
  const userIds = ids.filter((id) => id != null);
  await lockPeople(tx, ...userIds);
  const row = await tx.selectFrom('freezes').select('user_id').where('user_id', 'in', userIds).executeTakeFirst();
  if (row) throw new ApiError('frozen');
}
