import type { Transaction } from 'kysely';
import { DAY_MS, HOUR_MS, type Clock } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditRow } from '../audit-log/audit-log.ts';
import { addCounts, countWithin, findRetryAt, PRIVILEGED_MS, takeOne } from '../audit-log/counts.ts';
import { lastWritten, readHead, rowOutside } from '../audit-log/head.ts';
import type { Outbox } from '../notifications/outbox.ts';
import type { AlarmDetails, AlarmName } from '../notifications/templates/alarm-names.ts';
import { alarmTitles } from '../notifications/templates/staff-emails.ts';
import { staffEmails } from '../notifications/templates/templates.ts';
import { findAlarm } from './alarm-of-row.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** The most alarm emails in an hour for each group: `operators`, `privileged` and `anybody`. */
const EMAILS_AN_HOUR = 20;
/** Neither an outsider nor an agent can cause these alarms. */
const ofOperators = new Set<AlarmName>(['break_glass', 'foreign_audit_row', 'foreign_cursor']);
/** Rows to send again after an attacker moved the cursor. The check runs every minute, and a minute has fewer rows. */
const SENT_AGAIN = 1000;
const AT_ONCE = 50;

/** `subject`: what the alarm is about (a user id, a country or a table), or null. */
export type Alarm = { name: AlarmName; subject: string | null; details: AlarmDetails };

export type Alarms = ReturnType<typeof createAlarms>;
type Tx = Transaction<Tables>;

type Parts = {
  store: Store;
  clock: Clock;
  outbox: Pick<Outbox, 'add'>;
  /** May be empty. */
  email: readonly string[];
  orgName: string;
  /** Logs at a level that no setting turns off. */
  log: (line: Alarm & { title: string }) => void;
  /** An unprivileged person added a method within a day of a reset. */
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
 * Call it when the transaction has taken all its other locks. The log line is written before the commit: it may appear
 * twice, but it is never missing.
 */
async function raise(parts: Parts, tx: Tx, alarm: Alarm): Promise<void> {
  const { name, subject } = alarm;
  const details = short(alarm.details);
  parts.log({ name, subject, details, title: alarmTitles[name] });
  const ofAnybody = (await isPrivileged(parts, tx, subject)) ? 'privileged' : 'anybody';
  const who = ofOperators.has(name) ? 'operators' : ofAnybody;
  const share = { kind: 'alarm_emails', who, most: EMAILS_AN_HOUR, windowMs: HOUR_MS } as const;
  // The group's limit comes first, because `takeOne` counts omitted events under the first limit.
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

/** At most once an hour. */
const raiseLasting = (parts: Parts, alarm: Alarm) =>
  changeStore(parts.store, async (tx) => {
    await lockNames(tx, 'lasting alarms');
    if ((await findRetryAt(tx, parts.clock.now(), createOwnLimit(alarm))) === null) await raise(parts, tx, alarm);
  });

/** No portal writes a cursor beyond the head. */
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

/** The operators' command itself sends no email, so a portal does. */
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

/** For the next 25 hours, alarms treat the person as privileged. */
const recordPrivileged = ({ store, clock }: Parts, who: string, tx?: Tx): Promise<void> => {
  const add = (at: Tx) => addCounts(at, clock.now(), [{ kind: 'privileged', who }], null);
  return tx ? add(tx) : changeStore(store, add);
};

/** Finds causes of alarms that no other code notices. Call it every minute. Rejects when the store does not answer. */
async function checkAlarms(parts: Parts): Promise<void> {
  await putBackCursor(parts);
  const row = await rowOutside(parts.store);
  if (row !== null) await raiseLasting(parts, { name: 'foreign_audit_row', subject: null, details: { row } });
  await raiseBreakGlass(parts);
}

/**
 * Each alarm is a log line, a count, and an email in the transaction of its cause. Within an hour, there is one email
 * for each name and subject.
 */
export const createAlarms = (parts: Parts) =>
  bindParts(parts, { raise, raiseFor, recordPrivileged, check: checkAlarms });
