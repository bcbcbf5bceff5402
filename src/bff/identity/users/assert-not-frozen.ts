import { ApiError } from '#contract/errors.ts';
import { lockPeople } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';

/** The time is in ms since 1970. */
export type FrozenAt = { helpdeskServices: { frozenAt: (userId: string) => Promise<number | null> } };

export async function assertNotFrozen({ helpdeskServices }: FrozenAt, userId: string): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null) throw new ApiError('frozen');
}

/** A freeze of these people waits until this transaction ends. Null ids are ignored. */
export async function assertNoneFrozen(tx: Store, ids: readonly (string | null | undefined)[]): Promise<void> {
  const userIds = ids.filter((id) => id != null);
  await lockPeople(tx, ...userIds);
  const row = await tx.selectFrom('freezes').select('user_id').where('user_id', 'in', userIds).executeTakeFirst();
  if (row) throw new ApiError('frozen');
}
