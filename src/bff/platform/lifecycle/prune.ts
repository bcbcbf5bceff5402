import { DAY_MS, HOUR_MS, MINUTE_MS, type Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';

export const retention = {
  /** The pause after wrong codes depends on the attempts of the last two days. */
  codeAttempts: 2 * DAY_MS,
};

/** How long counts stay after their window, in ms: if the clock jumps ahead and back, a reached limit stays reached. */
const JUMP_MS = 7 * DAY_MS;

type Rule = {
  [T in keyof Tables]: readonly [table: T, column: keyof Tables[T], ms: number];
}[keyof Tables];

/**
 * Table, time column, and how many ms after that time the row is deleted. Queries must check the time themselves,
 * because a row stays until the next prune.
 */
const rules: readonly Rule[] = [
  ['sessions', 'ends_at', 0],
  // A day is longer than a session, a sign-in attempt and a code together.
  ['session_revocations', 'at', DAY_MS],
  ['consumed_tokens', 'expires_at', 0],
  ['step_ups', 'expires_at', 5 * MINUTE_MS],
  ['transactions', 'expires_at', HOUR_MS],
  ['replacements', 'created_at', 14 * DAY_MS],
  ['code_attempts', 'at', retention.codeAttempts + JUMP_MS],
  ['repeats', 'expires_at', 0],
  ['counted_events', 'expires_at', JUMP_MS],
  ['outbox', 'sent_at', 7 * DAY_MS],
  ['caller_verifications', 'created_at', 2 * DAY_MS],
  ['attack_signs', 'ends_at', 30 * DAY_MS],
  ['approvals', 'created_at', 30 * DAY_MS],
  ['seen_addresses', 'gone_at', 60 * DAY_MS],
  ['freeze_links', 'expires_at', 0],
];

/** Call it every minute. */
export async function pruneEnded(store: Store, clock: Pick<Clock, 'now'>): Promise<void> {
  for (const [table, column, ms] of rules)
    while (await deleteUntil(store, table, column, clock.now() - ms)) await new Promise(setImmediate);
}
