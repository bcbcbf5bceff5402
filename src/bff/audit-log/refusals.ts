import type { Clock } from '#clock';
import type { AuditDetails, Actor, AuditLog } from './audit-log.ts';
import { networkOf } from '../http/limits/address.ts';
import { createWindows } from '../http/limits/windows.ts';

const MINUTE_MS = 60_000;
/** Rows of their own that one network gets in a minute for one reason. */
const SINGLES = 5;
/** Rows in a minute over all networks, and how many of them may stand for one refusal each. */
export const ROWS = 100;
const SINGLE_ROWS = 80;
/** Networks and reasons that are told apart in a minute; what comes besides is counted together. */
const TALLIES = 2000;
const REASON = 100;
/** Rows of their own that one signed-in person gets in a minute, for whatever reason. */
const SINGLES_OF_PERSON = 30;

/** How rows that count end; `conclude` writes them. */
const COUNTED = /(?:^|: )(\d{1,9}) more (?:from other networks )?in the minute from [\d:T-]{16}Z$/;

/**
 * How many refusals a row of the log stands for: those that count belong to no request, so that no reason given from
 * outside passes for one.
 */
export const refusalsIn = (row: { reason: string | null; request_id: string | null }): number =>
  row.request_id === '' ? Number(COUNTED.exec(row.reason ?? '')?.[1] ?? 1) : 1;

type Tally = { about: AuditDetails; network: string; reason: string; singles: number; more: number };
type Minute = { number: number; rows: number; tallies: Map<string, Tally>; others: number };

export type Refusals = ReturnType<typeof createRefusals>;

/**
 * Writes refusals into the audit log so that nobody can fill it: the first five of a network, minute and reason stand
 * singly, one row counts the rest when the minute is over, and a minute has at most 100 such rows over all networks.
 * What is counted and not yet written is in memory: a crash loses a count, never one of the first five.
 *
 * Refusals that nobody's account is named with are counted apart from the others, so that a flood without a session
 * hides none of those.
 */
export function createRefusals(auditLog: Pick<AuditLog, 'event'>, clock: Pick<Clock, 'now'>) {
  const minuteNow = () => Math.floor(clock.now() / MINUTE_MS);
  const begin = (): Minute => ({ number: minuteNow(), rows: 0, tallies: new Map(), others: 0 });
  const minutes = { named: begin(), nameless: begin() };
  const persons = createWindows(clock);

  async function write(about: AuditDetails, network: string, reason: string): Promise<void> {
    const actor: Actor = { userId: null, address: network.replace('/64', ''), agent: '', requestId: '' };
    await auditLog.event(actor, { ...about, factorId: null }, { outcome: 'failure', reason });
  }

  async function conclude({ number, rows, tallies, others }: Minute): Promise<void> {
    const since = `in the minute from ${new Date(number * MINUTE_MS).toISOString().slice(0, 16)}Z`;
    const uncounted = [...tallies.values()].filter(({ more }) => more > 0).toSorted((a, b) => b.more - a.more);
    const told = uncounted.length <= ROWS - rows && others === 0 ? uncounted : uncounted.slice(0, ROWS - rows - 1);
    for (const { about, network, reason, more } of told)
      await write(about, network, `${reason}: ${more} more ${since}`);
    const rest = uncounted.slice(told.length);
    const untold = others + rest.reduce((sum, { more }) => sum + more, 0);
    if (untold > 0)
      await write({ event: 'access.refused', subject: null }, '', `${untold} more from other networks ${since}`);
  }

  /** Takes the minute away before anything is written, so that it is written once. */
  async function roll(which: keyof typeof minutes, always: boolean): Promise<void> {
    const minute = minutes[which];
    if (!always && minute.number === minuteNow()) return;
    minutes[which] = begin();
    await conclude(minute);
  }

  async function flush(always = false): Promise<void> {
    await roll('named', always);
    await roll('nameless', always);
  }

  const refusals = {
    /** Records one refusal, singly or by counting it. @param reason cut after 100 characters */
    async note(actor: Actor, about: AuditDetails, reason: string): Promise<void> {
      const whose = actor.userId ?? about.subject;
      const which = whose === null ? 'nameless' : 'named';
      await roll(which, false);
      const minute = minutes[which];
      const network = networkOf(actor.address);
      const cut = reason.slice(0, REASON);
      const key = JSON.stringify([actor.userId ?? network, about.event, about.subject, cut]);
      let tally = minute.tallies.get(key);
      if (tally === undefined) {
        if (minute.tallies.size >= TALLIES) {
          minute.others += 1;
          return;
        }
        tally = { about, network, reason: cut, singles: 0, more: 0 };
        minute.tallies.set(key, tally);
      }
      if (tally.singles >= SINGLES || minute.rows >= SINGLE_ROWS) {
        tally.more += 1;
        return;
      }
      tally.singles += 1;
      minute.rows += 1;
      await auditLog.event(actor, about, { outcome: 'failure', reason: cut });
    },

    /** Records what somebody signed in was refused: singly, unless it is more in a minute than anybody does by hand. */
    async notePerson(actor: Actor, about: AuditDetails, reason: string): Promise<void> {
      const over = persons.take(actor.userId ?? '', SINGLES_OF_PERSON) !== null;
      await (over ? refusals.note(actor, about, reason) : auditLog.event(actor, about, { outcome: 'failure', reason }));
    },

    /** Writes the counts of minutes that are over. */
    flush: () => flush(false),
    /** Writes all counts there are, before the end. */
    close: () => flush(true),
  };
  return refusals;
}
