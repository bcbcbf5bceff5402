import { callerFailureOf, type CallerFailure } from '#contract/audit-log/audit-reasons.ts';
import type { Clock } from '#clock';
import { OPERATOR, type AuditEvent } from '../audit-log/audit-event.ts';
import type { AuditRow } from '../audit-log/audit-log.ts';
import { resetEvents, sendsMessage } from '../../platform/kinds/events.ts';
import { lastWritten, readHead, rowOutside } from '../audit-log/head.ts';
import { refusalsIn } from '../audit-log/refusals.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { Alarm, Alarms } from './alarms.ts';
import { takeRefused } from './asked-step-ups.ts';
import type { AlarmName } from '../notifications/templates/alarm-names.ts';
import { siteOf } from './networks.ts';
import type { AlarmSettings, AlarmThreshold } from './settings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The watch counts bursts in slots of five minutes, so that the hour is a sliding window. */
const SLOT_MS = 5 * MINUTE_MS;
const SLICE = 200;
/** Rows before the head that are read again when a cursor was moved: more than a minute's, rather twice than never. */
const READ_AGAIN = 1000;
/** How many networks of each person the watch remembers. */
const MOST_NETWORKS = 50;

const refusals = new Set<AuditEvent>(['access.refused', 'helpdesk.refused', 'user.session.refused']);
/** How a caller verification ends that the person denied. */
const denials: ReadonlySet<CallerFailure | null> = new Set<CallerFailure>([
  'rejected',
  'cancelled',
  'the person did not call',
]);

const columns = [
  'seq',
  'at',
  'type',
  'event',
  'actor',
  'subject',
  'kind',
  'outcome',
  'reason',
  'address',
  'request_id',
] as const;
type Row = Pick<AuditRow, (typeof columns)[number]>;
/** How often something happened, and when (milliseconds). */
type Counted = { at: number; count: number };

/**
 * Creates the function that reads new rows of the audit log and raises alarms. All processes on a store together read
 * each row once. It reads the log, so a crash loses no alarm, and rows of reconciliation count too.
 */
export function createWatch(
  store: Store,
  clock: Clock,
  alarms: Pick<Alarms, 'record' | 'emailDue'>,
  { thresholds }: AlarmSettings,
) {
  /** Adds to a count. Returns the alarm when the count reaches the threshold of an hour, else null. */
  async function add(
    tx: Store,
    name: AlarmName,
    key: string,
    { at, count }: Counted,
    threshold: number,
  ): Promise<Alarm | null> {
    const slot = Math.floor(at / SLOT_MS) * SLOT_MS;
    await tx
      .insertInto('alarm_counts')
      .values({ name, key, slot, count })
      .onConflict((conflict) =>
        conflict
          .columns(['name', 'key', 'slot'])
          .doUpdateSet((there) => ({ count: there('alarm_counts.count', '+', count) })),
      )
      .execute();
    const { total } = await tx
      .selectFrom('alarm_counts')
      .select(({ fn }) => fn.sum<number | null>('count').as('total'))
      .where('name', '=', name)
      .where('key', '=', key)
      .where('slot', '>', slot - HOUR_MS)
      .executeTakeFirstOrThrow();
    return (total ?? 0) >= threshold
      ? { name, subject: key === '' ? null : key, details: { withinAnHour: total ?? 0 } }
      : null;
  }

  async function burst(
    tx: Store,
    name: AlarmName,
    key: string | null,
    counted: Counted,
    { each, all }: AlarmThreshold,
  ): Promise<Alarm[]> {
    const one = key === null || key === '' ? null : await add(tx, name, key, counted, each);
    const over = await add(tx, name, '', counted, all);
    return [one, over].filter((alarm) => alarm !== null);
  }

  /** Remembers the network that a person signed in from. */
  async function rememberNetwork(tx: Store, userId: string, network: string, at: number): Promise<void> {
    await tx
      .insertInto('known_networks')
      .values({ user_id: userId, network, first_at: at, last_at: at })
      .onConflict((conflict) => conflict.columns(['user_id', 'network']).doUpdateSet({ last_at: at }))
      .execute();
    const over = await tx
      .selectFrom('known_networks')
      .select('network')
      .where('user_id', '=', userId)
      .orderBy('last_at', 'desc')
      .offset(MOST_NETWORKS)
      .limit(10)
      .execute();
    for (const one of over)
      await tx.deleteFrom('known_networks').where('user_id', '=', userId).where('network', '=', one.network).execute();
  }

  /**
   * L6. An attacker who persuades the helpdesk has usually tried the password before. So a network that was first seen
   * within a day of the reset counts as new.
   */
  async function enrolled(tx: Store, row: Row): Promise<Alarm[]> {
    const reset = await tx
      .selectFrom('recent_resets')
      .select('at')
      .where('user_id', '=', row.subject!)
      .where('at', '>', row.at - DAY_MS)
      .executeTakeFirst();
    if (!reset) return [];
    const network = siteOf(row.address ?? '') ?? 'unknown';
    const known = await tx
      .selectFrom('known_networks')
      .select('first_at')
      .where('user_id', '=', row.subject!)
      .where('network', '=', network)
      .where('first_at', '<', reset.at - DAY_MS)
      .executeTakeFirst();
    if (known) return [];
    return [
      {
        name: 'enrollment_after_reset',
        subject: row.subject,
        details: { network, method: row.kind, minutesAfterReset: Math.round((row.at - reset.at) / MINUTE_MS) },
      },
    ];
  }

  async function judge(tx: Store, row: Row): Promise<Alarm[]> {
    const { event, type, subject, actor, outcome } = row;
    const over = type !== 'intent';
    const once = { at: row.at, count: 1 };
    if (resetEvents.has(event) && over && outcome !== 'failure' && subject !== null) {
      await upsert(tx, 'recent_resets', ['user_id'], { user_id: subject, at: row.at });
      return burst(tx, 'resets_burst', actor, once, thresholds.resets);
    }
    if (event === 'user.session.start' && subject !== null) {
      const network = siteOf(row.address ?? '');
      if (network !== null) await rememberNetwork(tx, subject, network, row.at);
      return [];
    }
    if (event === 'user.mfa.factor.activate' && over && outcome === 'success' && subject !== null)
      return enrolled(tx, row);
    // A single row of `access.step_up_required` waits for its step-up. A row that counts several is a refusal at once.
    if (refusals.has(event) || (event === 'access.step_up_required' && row.request_id === '')) {
      const counted = { at: row.at, count: refusalsIn(row) };
      return burst(tx, 'refusals_burst', actor ?? siteOf(row.address ?? ''), counted, thresholds.refusals);
    }
    if (type === 'intent' && sendsMessage(row)) return burst(tx, 'sends_burst', subject, once, thresholds.sends);
    if (event === 'user.account.unfreeze' && outcome === 'success' && actor?.startsWith(OPERATOR)) {
      return [{ name: 'break_glass', subject, details: { operator: actor.slice(OPERATOR.length) } }];
    }
    if (event === 'helpdesk.call.report')
      return [{ name: 'call_reported', subject, details: { signs: row.reason, by: actor } }];
    if (
      event === 'helpdesk.caller_verification.verify' &&
      outcome === 'failure' &&
      denials.has(callerFailureOf(row.reason))
    ) {
      return [
        {
          name: 'caller_verification_denied',
          subject,
          details: { reason: row.reason, asker: actor === subject ? null : actor },
        },
      ];
    }
    return [];
  }

  /**
   * Reads one slice and returns its number of rows. When two processes read the same slice, the second one finds the
   * cursor moved and drops its result.
   */
  async function slice(): Promise<number> {
    const { seq: from } = await store.selectFrom('alarm_cursor').select('seq').executeTakeFirstOrThrow();
    const rows = await store
      .selectFrom('audit_log')
      .select(columns)
      .where('seq', '>', from)
      .where('seq', '<=', lastWritten)
      .orderBy('seq')
      .limit(SLICE)
      .execute();
    const last = rows.at(-1);
    if (!last) return 0;
    await changeStore(store, async (tx) => {
      const moved = await tx
        .updateTable('alarm_cursor')
        .set({ seq: last.seq })
        .where('seq', '=', from)
        .executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return;
      for (const row of rows) await alarms.record(await judge(tx, row), tx);
    });
    return rows.length;
  }

  /** Puts back what says that rows beyond the head were read, which no portal writes, and raises an alarm. */
  async function putBack(cursor: 'alarm_cursor' | 'audit_sink_cursor'): Promise<void> {
    const beyond = store.selectFrom(cursor).select('seq').where('seq', '>', lastWritten);
    const found = await beyond.executeTakeFirst();
    if (!found) return;
    await changeStore(store, async (tx) => {
      const { seq } = await readHead(tx);
      const back = { seq: Math.max(0, seq - READ_AGAIN) };
      const moved = await tx.updateTable(cursor).set(back).where('seq', '=', found.seq).executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return;
      await alarms.record([{ name: 'foreign_cursor', subject: cursor, details: { row: found.seq } }], tx);
    });
  }

  /** Counts the step-ups that were asked for and did not come. */
  async function countAsked(): Promise<void> {
    const at = clock.now();
    await changeStore(store, async (tx) => {
      for (const { userId, count } of await takeRefused(at, tx))
        await alarms.record(await burst(tx, 'refusals_burst', userId, { at, count }, thresholds.refusals), tx);
    });
  }

  let going: Promise<void> | null = null;
  async function run(): Promise<void> {
    await putBack('alarm_cursor');
    await putBack('audit_sink_cursor');
    while ((await slice()) === SLICE) await new Promise(setImmediate);
    const row = await rowOutside(store);
    if (row !== null)
      await changeStore(store, (tx) =>
        alarms.record([{ name: 'foreign_audit_row', subject: null, details: { row } }], tx),
      );
    await countAsked();
    await alarms.emailDue();
  }

  /**
   * Reads new rows and emails what is due. Concurrent calls share one run. Rejects when the store does not answer; the
   * next run catches up.
   */
  return (): Promise<void> => (going ??= run().finally(() => (going = null)));
}
