import { ApiError, type ErrorRule } from '#contract/errors.ts';
import { findRetryAt, type CountedEventKind } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';

/**
 * Throws `limit_reached` if `who` has had `most` events in `windowMs`.
 * The caller holds the lock under which the events are written.
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
  const retryAt = await findRetryAt(store, now, { kind, who, most, windowMs });
  if (retryAt !== null) throw ApiError.withRule('limit_reached', rule, { retryAt });
}
