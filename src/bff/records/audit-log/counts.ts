import type { Transaction } from 'kysely';
import { lockNames } from '#database/row-locks.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** A reset comes within the hour after its request, and alarms about it within the next day. */
export const PRIVILEGED_MS = DAY_MS + HOUR_MS;

/** The longest window in which each kind of event is counted or shown. Its row is kept for a week after that. */
const windowsMs = {
  /** A message or push to a person. */
  send: DAY_MS,
  /** A text message or call: to a country, of the org, and to a number (as a MAC). */
  message_country: DAY_MS,
  message_org: DAY_MS,
  message_number: MINUTE_MS / 2,
  /** A reset by an agent, or a request for approval. */
  reset_by: DAY_MS,
  /** A request for approval, by agent and person. */
  request_by: HOUR_MS,
  /** A report of a call by a staff member. */
  report_by: HOUR_MS,
  /** A reset of a person. */
  reset_of: 30 * DAY_MS,
  /** An unlock of a person; it is a `reset_by` too. */
  unlock_of: DAY_MS,
  /** A push of the helpdesk's, by agent and person, and of a person. */
  push_by: HOUR_MS,
  push_of: HOUR_MS,
  /** A question of the helpdesk's on the person's own page. */
  question_by: HOUR_MS,
  question_of: HOUR_MS,
  /** An agent's statement that they called the person back. */
  call_back_by: HOUR_MS,
  call_back_of: HOUR_MS,
  /** A successful change of a person's methods. */
  change: 30 * DAY_MS,
  /** Somebody was privileged when the helpdesk changed something about them, or when they froze. */
  privileged: PRIVILEGED_MS,
  /**
   * Events that alarms check within a minute: a freeze of a person who may be privileged, an unfreeze on the server.
   */
  new_freeze: 30 * DAY_MS,
  /** Work at Okta that a freeze caused, at the time when it was due. */
  freeze_work: HOUR_MS,
  break_glass: 30 * DAY_MS,
  /** An email about an alarm: of its name and subject, and of all that share a limit. */
  alarm_email: HOUR_MS,
  alarm_emails: HOUR_MS,
  /** What `takeOne` left out, by kind and `who` of its first limit. */
  left_out: 30 * DAY_MS,
};

export type CountedEventKind = keyof typeof windowsMs;
export type CountedEvent = { kind: CountedEventKind; who: string };
/** At most `most` events of one kind and `who` within any `windowMs`. */
export type Limit = CountedEvent & { most: number; windowMs: number };

/** Another portal's clock may be ahead. A later time is from before the clock was set back: it lengthens no limit. */
const inWindow = (db: Store, { kind, who }: CountedEvent, now: number, windowMs: number) =>
  db
    .selectFrom('counted_events')
    .where('kind', '=', kind)
    .where('who', '=', who)
    .where('at', '>', now - windowMs)
    .where('at', '<=', now + SKEW_MS);

/** Returns how many events of a kind and `who` there were within the last `windowMs`. */
export async function countWithin(db: Store, counted: CountedEvent, now: number, windowMs: number): Promise<number> {
  const { count } = await inWindow(db, counted, now, windowMs)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Returns null below a limit; else when there is room again, as `retryAt` of an error. Callers hold the lock under
 * which these events happen, or have locked a name for the limit.
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

/** Returns how many more events a limit allows, and when one more than these; null: it allows all of them now. */
export async function readRoom(db: Store, now: number, limit: Limit): Promise<{ left: number; nextAt: string | null }> {
  const { most, windowMs } = limit;
  const counted = await inWindow(db, limit, now, windowMs).select('at').orderBy('at', 'desc').limit(most).execute();
  const oldest = counted.at(-1);
  return { left: most - counted.length, nextAt: oldest ? new Date(oldest.at + windowMs).toISOString() : null };
}

/**
 * Counts events in their transaction.
 * @param seq the intent whose failure takes the counts back, or the row to be shown; null for none
 */
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

/**
 * Counts one event by each of the limits if all have room, and returns how many were left out before it. Otherwise
 * counts it as left out by the first limit, and returns null.
 */
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
