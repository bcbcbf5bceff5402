import { defaultLocale } from '#contract/locale/locales.ts';
import type { Clock } from '#clock';
import { lockingRows, lockNames } from '#database/row-locks.ts';
import type { Outbox } from '../notifications/outbox.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { AlarmDetails, AlarmName } from '../notifications/templates/alarm-names.ts';
import { templatesOf } from '../notifications/templates/templates.ts';
import type { AlarmSettings } from './settings.ts';

const HOUR_MS = 60 * 60_000;
/**
 * The most subjects of one alarm that are counted singly. A new subject replaces one that was already emailed. If none
 * was emailed, the alarm counts the new subject under `OTHERS`.
 */
const MOST_SUBJECTS = 500;
const OTHERS = '(others)';
/** The most lines in an hour while the store cannot say which lines were written before. */
const MOST_BLIND_LINES = 60;

/** Writes one line to the log at a level that no setting silences. */
export type AlarmLog = (
  line: { alarm: AlarmName; subject: string | null; details: AlarmDetails },
  title: string,
) => void;

/** An alarm before it is counted. `subject` is a user id, a network, a country, or null. */
export type Alarm = { name: AlarmName; subject: string | null; details: AlarmDetails };

export type Alarms = ReturnType<typeof createAlarms>;

type Parts = {
  store: Store;
  clock: Clock;
  outbox: Pick<Outbox, 'add' | 'flush'>;
  settings: AlarmSettings;
  orgName: string;
  log: AlarmLog;
};

const short = (details: AlarmDetails): AlarmDetails =>
  Object.fromEntries(
    Object.entries(details)
      .slice(0, 12)
      .map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 200) : value]),
  );

/**
 * Creates the alarms for the operators. One name and subject give at most one log line an hour. They also give an email
 * to `settings.email`: at once if no email of that name was sent within the hour, else in one digest at the end of the
 * hour that lists every subject. The store keeps what was sent, so neither a restart nor a second process repeats it.
 */
export function createAlarms({ store, clock, outbox, settings, orgName, log }: Parts) {
  const templates = templatesOf(defaultLocale);
  const blind = { since: 0, lines: 0 };

  /**
   * Deletes the emailed subject of this name that was raised the longest ago. Returns false when all subjects still
   * wait for an email.
   */
  async function dropOldestTold(name: AlarmName, tx: Store): Promise<boolean> {
    const emailed = tx
      .selectFrom('alarms')
      .select('subject')
      .where('name', '=', name)
      .where('times', '=', 0)
      .where('subject', 'not in', ['', OTHERS]);
    const oldest = await emailed.orderBy('last_at').orderBy('subject').limit(1).executeTakeFirst();
    if (!oldest) return false;
    await tx.deleteFrom('alarms').where('name', '=', name).where('subject', '=', oldest.subject).execute();
    return true;
  }

  /** Counts one alarm in a transaction. Returns the log line that is due, or null. */
  async function count({ name, subject, details }: Alarm, tx: Store): Promise<Alarm | null> {
    const now = clock.now();
    const key = subject ?? '';
    const row = { name, subject: key, details: JSON.stringify(short(details)), times: 1, lined_at: 0, last_at: now };
    const counted = await tx
      .insertInto('alarms')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['name', 'subject'])
          .doUpdateSet((there) => ({ times: there('alarms.times', '+', 1), last_at: now })),
      )
      .returning('lined_at')
      .executeTakeFirstOrThrow();
    if (counted.lined_at === 0 && key !== OTHERS) {
      const { subjects } = await tx
        .selectFrom('alarms')
        .select(({ fn }) => fn.countAll<number>().as('subjects'))
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      if (subjects > MOST_SUBJECTS && !(await dropOldestTold(name, tx))) {
        await tx.deleteFrom('alarms').where('name', '=', name).where('subject', '=', key).execute();
        return count({ name, subject: OTHERS, details: {} }, tx);
      }
    }
    if (counted.lined_at > now - HOUR_MS && counted.lined_at <= now) return null;
    await tx
      .updateTable('alarms')
      .set({ lined_at: now, details: row.details })
      .where('name', '=', name)
      .where('subject', '=', key)
      .execute();
    return { name, subject, details };
  }

  const write = ({ name, subject, details }: Alarm) =>
    log({ alarm: name, subject, details: short(details) }, templates.alarmTitles[name]);

  /**
   * Counts alarms in a transaction and writes the lines that are due. A line is written before the commit: after a
   * failed transaction it is written twice rather than never.
   */
  async function record(alarms: readonly Alarm[], tx: Store): Promise<void> {
    if (alarms.length === 0) return;
    for (const alarm of alarms) {
      const line = await count(alarm, tx);
      if (line) write(line);
    }
  }

  /** Puts one email into the outbox with all alarms that are due: every name whose hour is over. */
  async function emailDue(): Promise<void> {
    await changeStore(store, async (tx) => {
      // One replica at a time: what one emails is not due for the next.
      await lockNames(tx, 'alarm emails');
      const now = clock.now();
      const waiting = tx
        .selectFrom('alarms as alarm')
        .leftJoin('alarm_emails as mailed', 'mailed.name', 'alarm.name')
        .leftJoin('known_names as known', 'known.user_id', 'alarm.subject')
        .select(['alarm.name', 'alarm.subject', 'alarm.details', 'alarm.times', 'alarm.last_at', 'known.login'])
        .where('alarm.times', '>', 0)
        .where(({ or, eb }) =>
          or([
            eb('mailed.next_at', 'is', null),
            eb('mailed.next_at', '<=', now),
            eb('mailed.next_at', '>', now + HOUR_MS),
          ]),
        )
        .orderBy('alarm.name')
        .orderBy('alarm.last_at');
      // Locked, so that nothing is counted between the email and the new count.
      const due = await lockingRows(tx, waiting, 'alarm').execute();
      if (due.length === 0) return;
      for (const name of new Set(due.map((one) => one.name))) {
        const subjects = due.flatMap((one) => (one.name === name ? one.subject : []));
        await tx
          .updateTable('alarms')
          .set({ times: 0 })
          .where('name', '=', name)
          .where('subject', 'in', subjects)
          .execute();
        await upsert(tx, 'alarm_emails', ['name'], { name, next_at: now + HOUR_MS });
      }
      const lines = due.map(({ name, subject, details, times, last_at, login }) => ({
        name: name as AlarmName,
        subject,
        login,
        times,
        at: last_at,
        details: JSON.parse(details) as AlarmDetails,
      }));
      if (settings.email.length > 0)
        await outbox.add({ addresses: settings.email, ...templates.alarms(orgName, lines) }, tx);
    });
  }

  return {
    /**
     * Raises an alarm. Never rejects. Callers must not await it within a transaction on the store. If the store rejects
     * writes, it still writes the line, up to 60 an hour.
     * @param subject a user id, a network or a country, or null
     */
    async raise(name: AlarmName, subject: string | null, details: AlarmDetails = {}): Promise<void> {
      const alarm = { name, subject, details };
      try {
        await changeStore(store, (tx) => record([alarm], tx));
      } catch {
        const now = clock.now();
        if (now - blind.since >= HOUR_MS) Object.assign(blind, { since: now, lines: 0 });
        if (blind.lines++ < MOST_BLIND_LINES) write(alarm);
      }
      // If this fails, the next `watch` sends the email.
      await emailDue().then(
        () => void outbox.flush(),
        () => undefined,
      );
    },

    record,

    /** Sends what is due. Rejects when the store does not answer; what is due stays due. */
    emailDue,
  };
}
