import type { Transaction } from 'kysely';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/**
 * How long alarms treat a person as privileged: a reset follows its request within an hour, and alarms about it follow
 * within a day.
 */
export const PRIVILEGED_MS = DAY_MS + HOUR_MS;

/** How long each kind of event counts towards a limit or is shown, in ms. Rows are kept a week longer. */
const windowsMs = {
  /** A message or push to a person. */
  send: DAY_MS,
  /**
   * Text messages and calls: `message_country` by country, `message_org` for all, `message_number` by number (a MAC).
   */
  message_country: DAY_MS,
  message_org: DAY_MS,
  message_number: MINUTE_MS / 2,
  /** An agent's reset, or an agent's request for approval. */
  reset_by: DAY_MS,
  /** A request for approval, by agent and person. */
  request_by: HOUR_MS,
  /** A staff member's report of a call. */
  report_by: HOUR_MS,
  reset_of: 30 * DAY_MS,
  /** Also counted as `reset_by`. */
  unlock_of: DAY_MS,
  /** The helpdesk's pushes: `push_by` by agent and person, `push_of` by person. */
  push_by: HOUR_MS,
  push_of: HOUR_MS,
  /** A question that the helpdesk asks on the person's own page. */
  question_by: HOUR_MS,
  question_of: HOUR_MS,
  /** An agent's statement that they called the person back. */
  call_back_by: HOUR_MS,
  call_back_of: HOUR_MS,
  /** A successful change of a person's methods. */
  change: 30 * DAY_MS,
  /** A person was privileged when the helpdesk changed something about them, or when they froze their methods. */
  privileged: PRIVILEGED_MS,
  /** `new_freeze`: a freeze of a person who may be privileged. `break_glass`: an operator's unfreeze. */
  new_freeze: 30 * DAY_MS,
  /** Work that a freeze caused at Okta, at the time when the work was due. */
  freeze_work: HOUR_MS,
  break_glass: 30 * DAY_MS,
  /** `alarm_email`: by the alarm's name and subject. `alarm_emails`: by the group of alarms that shares a limit. */
  alarm_email: HOUR_MS,
  alarm_emails: HOUR_MS,
  /** An event that `takeOne` refused, by kind and `who` of its first limit. */
  left_out: 30 * DAY_MS,
};

export type CountedEventKind = keyof typeof windowsMs;
export type CountedEvent = { kind: CountedEventKind; who: string };
/** At most `most` events in any span of `windowMs`. */
export type Limit = CountedEvent & { most: number; windowMs: number };

/**
 * Includes times up to SKEW_MS in the future, because another portal's clock may be ahead. Times further in the future
 * were stored before the clock was set back.
 */
const inWindow = (db: Store, { kind, who }: CountedEvent, now: number, windowMs: number) =>
  db
    .selectFrom('counted_events')
    .where('kind', '=', kind)
    .where('who', '=', who)
    .where('at', '>', now - windowMs)
    .where('at', '<=', now + SKEW_MS);

export async function countWithin(db: Store, counted: CountedEvent, now: number, windowMs: number): Promise<number> {
  const { count } = await inWindow(db, counted, now, windowMs)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Returns when the limit allows another event, or null if it allows one now. The caller must hold a lock that every
 * writer of these events takes.
 */
export async function findRetryAt(db: Store, now: number, limit: Limit): Promise<string | null> {
  const { most, windowMs } = limit;
  const first = await inWindow(db, limit, now, windowMs)
    .select('at')
    .orderBy('at', 'desc')
    .limit(1)
    .offset(most - 1)
    .executeTakeFirst();
  return first ? new Date(first.at + windowMs).toISOString() : null;
}

/** `left`: how many events are still allowed. `nextAt`: when one more is allowed; null if no event was counted. */
export async function readRoom(db: Store, now: number, limit: Limit): Promise<{ left: number; nextAt: string | null }> {
  const { most, windowMs } = limit;
  const counted = await inWindow(db, limit, now, windowMs).select('at').orderBy('at', 'desc').limit(most).execute();
  const oldest = counted.at(-1);
  return { left: most - counted.length, nextAt: oldest ? new Date(oldest.at + windowMs).toISOString() : null };
}

/** `seq`: the intent whose failure deletes the counts, or the row that a page shows. Null for neither. */
export async function addCounts(
  tx: Transaction<Tables>,
  at: number,
  counted: readonly CountedEvent[],
  seq: number | null,
): Promise<void> {
  if (counted.length === 0) return;
  const values = counted.map(({ kind, who }) => ({ seq, kind, who, at, expires_at: at + windowsMs[kind] }));
  await tx.insertInto('counted_events').values(values).execute();
}

/** Returns how many events were refused since the last counted one, or null if this event is refused. */
export async function takeOne(tx: Transaction<Tables>, now: number, limits: readonly [Limit, ...Limit[]]) {
  await lockNames(tx, ...limits.map(({ kind, who }) => `count ${kind} ${who}`));
  const leftOut = { kind: 'left_out', who: `${limits[0].kind} ${limits[0].who}` } as const;
  for (const limit of limits) {
    if ((await findRetryAt(tx, now, limit)) === null) continue;
    await addCounts(tx, now, [leftOut], null);
    return null;
  }
  await addCounts(tx, now, limits, null);
  const deleted = await tx
    .deleteFrom('counted_events')
    .where('kind', '=', leftOut.kind)
    .where('who', '=', leftOut.who)
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}
