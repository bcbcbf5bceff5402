import { freeText, type AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { MINUTE_MS, type Clock } from '#clock';
import type { AuditDetails, Actor, Outcome } from './audit-log.ts';
import { getNetwork } from '../../platform/client/address.ts';
import { createWindows } from '../../platform/cache/windows.ts';

/** The most single rows (each about one refusal) for one network and reason in a minute. */
const SINGLES = 5;
/** `ROWS`: the most rows in a minute over all networks. `SINGLE_ROWS`: how many of these may be single rows. */
export const ROWS = 100;
const SINGLE_ROWS = 80;
/** How many pairs of network and reason have a count of their own in a minute. All other pairs share one count. */
const TALLIES = 2000;
const REASON = 100;
/** The most single rows for one signed-in person in a minute. */
const SINGLES_OF_PERSON = 30;

/** The reason of a row that `conclude` writes ends like this. */
const COUNTED = /(?:^|: )(\d{1,9}) more in the minute from [\d:T-]{16}Z$/;

/** A row whose reason an outsider chose has a request id, so it cannot imitate a row that counts refusals. */
export const refusalsIn = (row: { reason: string | null; request_id: string | null }): number =>
  row.request_id === '' ? Number(COUNTED.exec(row.reason ?? '')?.[1] ?? 1) : 1;

/** `userId`: the signed-in person who was refused, or null. */
type Tally = Pick<Actor, 'userId'> & {
  details: AuditDetails;
  network: string;
  reason: AuditReason;
  singles: number;
  more: number;
};
type Log = { event(by: Actor, details: AuditDetails, outcome: Outcome): Promise<unknown> };
type Minute = { number: number; rows: number; tallies: Map<string, Tally>; others: number };

async function writeCount(
  auditLog: Log,
  { userId, details, network }: Pick<Tally, 'userId' | 'details' | 'network'>,
  reason: AuditReason,
): Promise<void> {
  const actor: Actor = { userId, address: network.replace('/64', ''), agent: '', requestId: '' };
  await auditLog.event(actor, { ...details, factorId: null }, { outcome: 'failure', reason });
}

async function conclude(auditLog: Log, { number, rows, tallies, others }: Minute): Promise<void> {
  const since = `in the minute from ${new Date(number * MINUTE_MS).toISOString().slice(0, 16)}Z`;
  const uncounted = [...tallies.values()].filter(({ more }) => more > 0).toSorted((a, b) => b.more - a.more);
  const written = uncounted.length <= ROWS - rows && others === 0 ? uncounted : uncounted.slice(0, ROWS - rows - 1);
  for (const tally of written)
    await writeCount(auditLog, tally, freeText(`${tally.reason}: ${tally.more} more ${since}`));
  const rest = uncounted.slice(written.length);
  const untold = others + rest.reduce((sum, { more }) => sum + more, 0);
  const [network = '', another] = new Set(rest.map((tally) => tally.network));
  if (untold > 0)
    await writeCount(
      auditLog,
      {
        userId: null,
        details: { event: 'access.refused', subject: null },
        network: others === 0 && another === undefined ? network : '',
      },
      freeText(`${untold} more ${since}`),
    );
}

/** Returns whether the refusal gets a single row. */
function countRefusal(minute: Minute, key: string, fresh: Omit<Tally, 'singles' | 'more'>): boolean {
  let tally = minute.tallies.get(key);
  if (tally === undefined) {
    if (minute.tallies.size >= TALLIES) {
      minute.others += 1;
      return false;
    }
    tally = { ...fresh, singles: 0, more: 0 };
    minute.tallies.set(key, tally);
  }
  if (tally.singles >= SINGLES || minute.rows >= SINGLE_ROWS) {
    tally.more += 1;
    return false;
  }
  tally.singles += 1;
  minute.rows += 1;
  return true;
}

export type Refusals = ReturnType<typeof createRefusals>;

/**
 * Limits the rows, so that nobody can fill the audit log. Refusals that name a person have limits of their own, so a
 * flood without a session cannot hide them. Counts are in memory: a crash loses a count, but no single row.
 */
export function createRefusals(
  auditLog: Log,
  clock: Pick<Clock, 'now'>,
  noted: (event: AuditDetails['event'], reason: AuditReason) => void = () => {},
) {
  const minuteNow = () => Math.floor(clock.now() / MINUTE_MS);
  const begin = (): Minute => ({ number: minuteNow(), rows: 0, tallies: new Map(), others: 0 });
  const minutes = { named: begin(), nameless: begin() };
  const persons = createWindows(clock);

  /** Replaces the minute before its counts are written, so that no other call writes these counts again. */
  async function roll(which: keyof typeof minutes, always: boolean): Promise<void> {
    const minute = minutes[which];
    if (!always && minute.number === minuteNow()) return;
    minutes[which] = begin();
    await conclude(auditLog, minute);
  }

  async function flush(always = false): Promise<void> {
    await roll('named', always);
    await roll('nameless', always);
  }

  const refusals = {
    /** `reason` is cut after 100 characters. */
    async record(actor: Actor, details: AuditDetails, reason: AuditReason): Promise<void> {
      noted(details.event, reason);
      const whose = actor.userId ?? details.subject;
      const which = whose === null ? 'nameless' : 'named';
      await roll(which, false);
      const minute = minutes[which];
      const network = getNetwork(actor.address);
      const cut = freeText(reason.slice(0, REASON));
      const key = JSON.stringify([actor.userId ?? network, details.event, details.subject, cut]);
      if (!countRefusal(minute, key, { userId: actor.userId, details, network, reason: cut })) return;
      await auditLog.event(actor, details, { outcome: 'failure', reason: cut });
    },

    /** Writes a single row. After 30 in a minute, the limits of `record` apply. */
    async recordPerson(actor: Actor, details: AuditDetails, reason: AuditReason): Promise<void> {
      if (persons.take(actor.userId ?? '', SINGLES_OF_PERSON) !== null) return refusals.record(actor, details, reason);
      noted(details.event, reason);
      await auditLog.event(actor, details, { outcome: 'failure', reason });
    },

    flush: () => flush(false),
    /** Writes all counts before the process ends. */
    close: () => flush(true),
  };
  return refusals;
}
