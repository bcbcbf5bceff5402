import type { Transaction } from 'kysely';
import type { Clock } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditRow } from '../audit-log/audit-log.ts';
import { addCounts, countWithin, DAY_MS, findRetryAt, HOUR_MS, PRIVILEGED_MS, takeOne } from '../audit-log/counts.ts';
import { lastWritten, readHead, rowOutside } from '../audit-log/head.ts';
import type { Outbox } from '../notifications/outbox.ts';
import type { AlarmDetails, AlarmName } from '../notifications/templates/alarm-names.ts';
import { alarmTitles } from '../notifications/templates/staff-emails.ts';
import { staffEmails } from '../notifications/templates/templates.ts';
import { findAlarm } from './alarm-of-row.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** The most emails in an hour about what an outsider or one agent can cause. The other shares are as large. */
const EMAILS_AN_HOUR = 20;
/** No outsider and no agent raises these. */
const ofOperators = new Set<AlarmName>(['break_glass', 'foreign_audit_row', 'foreign_cursor']);
/** Rows before the head that are sent again when the cursor was moved: more than a minute's, so that none is lost. */
const SENT_AGAIN = 1000;
/** The most operator's unfreezes that one check raises. */
const AT_ONCE = 50;

/** `subject`: a user id, a country, a table, or null. */
export type Alarm = { name: AlarmName; subject: string | null; details: AlarmDetails };

export type Alarms = ReturnType<typeof createAlarms>;
type Tx = Transaction<Tables>;

type Parts = {
  store: Store;
  clock: Clock;
  outbox: Pick<Outbox, 'add'>;
  /** The recipients of alarm emails; may be empty. */
  email: readonly string[];
  orgName: string;
  /** Writes a line to the log at a level that no setting silences, and counts it. */
  log: (line: Alarm & { title: string }) => void;
  /** The same about somebody who is not privileged, at `warn`. */
  addedAfterReset: (subject: string | null, details: AlarmDetails) => void;
};

const short = (details: AlarmDetails): AlarmDetails =>
  Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 200) : value]),
  );

const createOwnLimit = ({ name, subject }: Alarm) =>
  ({ kind: 'alarm_email', who: `${name} ${subject ?? ''}`, most: 1, windowMs: HOUR_MS }) as const;

const isPrivileged = async ({ clock }: Parts, tx: Tx, who: string | null): Promise<boolean> =>
  who !== null && (await countWithin(tx, { kind: 'privileged', who }, clock.now(), PRIVILEGED_MS)) > 0;

/**
 * Raises an alarm in a transaction, as its last lock. The log line is written before the commit: a failed transaction
 * may write it twice, but never not at all.
 */
async function raise(parts: Parts, tx: Tx, alarm: Alarm): Promise<void> {
  const { name, subject } = alarm;
  const details = short(alarm.details);
  parts.log({ name, subject, details, title: alarmTitles[name] });
  const ofAnybody = (await isPrivileged(parts, tx, subject)) ? 'privileged' : 'anybody';
  const who = ofOperators.has(name) ? 'operators' : ofAnybody;
  const share = { kind: 'alarm_emails', who, most: EMAILS_AN_HOUR, windowMs: HOUR_MS } as const;
  // The share is the first limit: its next email says how many alarms were left out, whomever they were about.
  const leftOut = await takeOne(tx, parts.clock.now(), [share, createOwnLimit(alarm)]);
  if (leftOut === null || parts.email.length === 0) return;
  const knownAlarm = tx
    .selectFrom('known_names')
    .select('login')
    .where('user_id', '=', subject ?? '');
  const login = (await knownAlarm.executeTakeFirst())?.login ?? null;
  const text = staffEmails.alarm(parts.orgName, { name, subject, login, at: parts.clock.now(), details, leftOut });
  await parts.outbox.add({ addresses: parts.email, ...text }, tx);
}

/** Raises the alarm of a condition that lasts, once an hour. */
const raiseLasting = (parts: Parts, alarm: Alarm) =>
  changeStore(parts.store, async (tx) => {
    await lockNames(tx, 'lasting alarms');
    if ((await findRetryAt(tx, parts.clock.now(), createOwnLimit(alarm))) === null) await raise(parts, tx, alarm);
  });

/** Resets a cursor beyond the head, which no portal writes, and raises an alarm. */
async function putBackCursor(parts: Parts): Promise<void> {
  const beyond = parts.store.selectFrom('audit_sink_cursor').select('seq').where('seq', '>', lastWritten);
  const found = await beyond.executeTakeFirst();
  if (!found) return;
  await changeStore(parts.store, async (tx) => {
    const { seq } = await readHead(tx);
    const back = { seq: Math.max(0, seq - SENT_AGAIN) };
    const moved = await tx.updateTable('audit_sink_cursor').set(back).where('seq', '=', found.seq).executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return;
    await raise(parts, tx, { name: 'foreign_cursor', subject: 'audit_sink_cursor', details: { row: found.seq } });
  });
}

/**
 * Raises an alarm for each person that operators unfroze on the server since the last check: their program sends no
 * email.
 */
async function raiseBreakGlass(parts: Parts): Promise<void> {
  const unfrozen = await parts.store
    .selectFrom('counted_events as mark')
    .innerJoin('audit_log as row', 'row.seq', 'mark.seq')
    .select(['row.seq', 'row.actor', 'row.subject'])
    .where('mark.kind', '=', 'break_glass')
    .orderBy('row.seq')
    .limit(AT_ONCE)
    .execute();
  for (const { seq, actor: operator, subject } of unfrozen)
    await changeStore(parts.store, async (tx) => {
      const marks = tx.deleteFrom('counted_events').where('kind', '=', 'break_glass').where('seq', '=', seq);
      if ((await marks.executeTakeFirst()).numDeletedRows === 0n) return;
      await raise(parts, tx, { name: 'break_glass', subject, details: { operator } });
    });
}

/** Raises the alarm of a new audit row, in its transaction. */
async function raiseFor(parts: Parts, tx: Tx, row: AuditRow): Promise<void> {
  const alarm = findAlarm(row);
  if (!alarm) return;
  const { name, subject, details } = alarm;
  if (name === 'privileged_reset' && !(await isPrivileged(parts, tx, subject))) return;
  if (name === 'enrollment_after_reset') {
    const counted = { kind: 'reset_of', who: subject ?? '' } as const;
    if ((await countWithin(tx, counted, parts.clock.now(), DAY_MS)) === 0) return;
    if (!(await isPrivileged(parts, tx, subject))) {
      parts.addedAfterReset(subject, details);
      return;
    }
  }
  await raise(parts, tx, alarm);
}

/** Records that somebody is privileged now; alarms about them use this for a day. */
const recordPrivileged = ({ store, clock }: Parts, who: string, tx?: Tx): Promise<void> => {
  const add = (at: Tx) => addCounts(at, clock.now(), [{ kind: 'privileged', who }], null);
  return tx ? add(tx) : changeStore(store, add);
};

/**
 * Raises the alarms that are not raised where their cause happens. Call it every minute. Rejects when the store does
 * not answer.
 */
async function checkAlarms(parts: Parts): Promise<void> {
  await putBackCursor(parts);
  const row = await rowOutside(parts.store);
  if (row !== null) await raiseLasting(parts, { name: 'foreign_audit_row', subject: null, details: { row } });
  await raiseBreakGlass(parts);
}

/**
 * Creates the alarms for the operators: each is a log line, a count, and an email in the transaction of its cause. No
 * email follows within an hour of one with the same name and subject, or when the share of emails is used up.
 */
export const createAlarms = (parts: Parts) =>
  bindParts(parts, { raise, raiseFor, recordPrivileged, check: checkAlarms });
