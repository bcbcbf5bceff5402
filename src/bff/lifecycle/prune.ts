import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from '../store/open.ts';

/** Nothing reads a row so long after its end. */
const KEPT_MS = 24 * 60 * 60_000;

/** Tables with a column that says until when a row is of use. Their writers prune them, but only while they write. */
const ends = [
  ['sessions', 'ends_at'],
  ['consumed_tokens', 'expires_at'],
  ['step_ups', 'expires_at'],
  ['transactions', 'expires_at'],
  ['new_phone_plans', 'expires_at'],
  ['repeats', 'expires_at'],
  ['idempotency', 'expires_at'],
  ['counted_events', 'expires_at'],
  ['freeze_links', 'expires_at'],
] as const;

/** Deletes what ended a day ago: at most a thousand rows of each table. Call it every hour. */
export async function pruneEnded(store: Store, clock: Pick<Clock, 'now'>): Promise<void> {
  for (const [table, column] of ends) await deleteUntil(store, table, column, clock.now() - KEPT_MS);
}
