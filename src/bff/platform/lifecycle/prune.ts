import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from '../store/open.ts';

/** Nothing reads a row so long after its end. */
const DAY_MS = 24 * 60 * 60_000;

/** Tables with a column that says until when a row is of use. Their writers prune them, but only while they write. */
const ends = [
  ['sessions', 'ends_at'],
  ['consumed_tokens', 'expires_at'],
  ['step_ups', 'expires_at'],
  ['transactions', 'expires_at'],
  ['new_phone_plans', 'expires_at'],
  ['repeats', 'expires_at'],
  ['counted_events', 'expires_at'],
  ['freeze_links', 'expires_at'],
] as const;

/** Tables whose writers keep rows to show them, and for how many days. */
const shown = [
  ['approvals', 'created_at', 31],
  ['caller_verifications', 'created_at', 2],
  ['attack_signs', 'ends_at', 31],
] as const;

/** Deletes what ended a day ago, or is no longer shown: at most a thousand rows of each table. Call it every hour. */
export async function pruneEnded(store: Store, clock: Pick<Clock, 'now'>): Promise<void> {
  for (const [table, column] of ends) await deleteUntil(store, table, column, clock.now() - DAY_MS);
  for (const [table, column, days] of shown) await deleteUntil(store, table, column, clock.now() - days * DAY_MS);
}
