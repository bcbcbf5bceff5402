import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { CountedEventKind } from '../../../records/audit-log/counted-events.ts';
import type { Store } from '../../../platform/store/open.ts';

/**
 * Throws `limit_reached` with `rule` and `retryAt` when `who` has had as many events of a kind in a window as there may
 * be. Callers hold the lock under which these events happen.
 */
export async function assertFewer(
  store: Store,
  now: number,
  rule: ErrorRule<'limit_reached'>,
  kind: CountedEventKind,
  who: string,
  most: number,
  windowMs: number,
): Promise<void> {
  const lately = await store
    .selectFrom('counted_events')
    .select('at')
    .where('kind', '=', kind)
    .where('who', '=', who)
    .where('at', '>', now - windowMs)
    .orderBy('at', 'desc')
    .limit(most)
    .execute();
  const earliest = lately[most - 1];
  if (!earliest) return;
  throw ApiError.withRule('limit_reached', rule, { retryAt: new Date(earliest.at + windowMs).toISOString() });
}
