import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { historyEvents, lastingEvents } from '#contract/audit-log/audit-events.ts';
import type { AuditEntry, SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import { lastWritten, readHead } from '../../../records/audit-log/head.ts';
import { CANCELLED, shownRows } from '../../../records/audit-log/history/shown-rows.ts';
import { splitReason } from '#contract/audit-log/reason-parts.ts';
import { prepareLastChange, type LastChange } from '../../../records/audit-log/history/last-change.ts';
import { createLogScan, type LogFilter, type ScanBudget } from '../../../records/audit-log/log-scan.ts';
import { parseDevice } from '../../../platform/client/device.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';
import { readRequested } from './present-line.ts';

/** `HISTORY`: limit of entries, whatever their event. */
const HISTORY_MS = 90 * DAY_MS;
const HISTORY = 100;
/** `LASTING`: limit of older entries, only of `lastingEvents`. `LASTING_ENTRIES`: limit of index entries to search. */
const LASTING = 50;
const LASTING_ENTRIES = 20_000;

export type AuditReader = ReturnType<typeof createAuditReader>;

export const toEntry = (row: AuditRow, named: (id: string | null) => string | null): AuditEntry => ({
  seq: row.seq,
  at: new Date(row.at).toISOString(),
  type: row.type,
  event: row.event,
  actor: named(row.actor),
  subject: named(row.subject),
  factorId: row.factor_id,
  kind: row.kind,
  outcome: row.outcome,
  ...splitReason(row),
  ticket: row.ticket,
  callerVerification: row.caller_verification,
  approver: named(row.approver),
  address: row.address,
  browser: row.agent,
  requestId: row.request_id,
  correlationId: row.correlation_id,
});

type Parts = {
  store: Store;
  clock: Clock;
  names: KnownNames;
  scan: ReturnType<typeof createLogScan>;
  findChange: ReturnType<typeof prepareLastChange>;
};

async function present({ names }: Parts, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
  const people = await names.of(rows.flatMap(({ actor, subject, approver }) => [actor, subject, approver]));
  const named = (id: string | null) => (id === null ? null : (people.get(id)?.login ?? id));
  return rows.map((row) => toEntry(row, named));
}

/** An agent's open page reads the person repeatedly, and the history shows only the first read. */
const isShown = (row: AuditRow, now: number) =>
  row.type !== 'intent' && row.at <= now && !(row.event === 'helpdesk.person.view' && hasReason(row, 'again'));

async function presentTo(parts: Parts, userId: string, all: readonly AuditRow[]): Promise<SecurityHistoryEntry[]> {
  const { store, clock, names } = parts;
  const rows = await shownRows(
    store,
    all.filter((row) => isShown(row, clock.now())),
  );
  const people = await names.of(rows.map(({ actor }) => actor));
  return rows.map((row) => {
    const own = row.actor === userId || row.actor === null;
    return {
      id: String(row.seq),
      at: new Date(row.at).toISOString(),
      event: row.event,
      kind: row.kind,
      requested: readRequested(row),
      by: own ? 'you' : 'helpdesk',
      agent: own ? null : (people.get(row.actor!)?.name ?? null),
      // Staff members' addresses and devices are not shown.
      ...parseDevice((own && row.agent) || ''),
      address: own ? row.address : null,
      outcome: row.outcome,
    };
  });
}

/** Reads from row `last` backwards. `budget`: index entries that may be read. `without`: an event to leave out. */
async function readNewest(
  parts: Parts,
  userId: string,
  event: readonly AuditEvent[],
  { last, most, budget, without }: { last: number; most: number; budget?: ScanBudget; without?: typeof CANCELLED },
): Promise<SecurityHistoryEntry[]> {
  const entries: SecurityHistoryEntry[] = [];
  const since = parts.clock.now() - HISTORY_MS;
  for await (const rows of parts.scan.rows({ subject: [userId], event }, { first: 1, last }, 'desc', budget)) {
    const recent = rows.filter(({ at }) => at >= since);
    entries.push(...(await presentTo(parts, userId, recent)).filter((entry) => entry.event !== without));
    if (entries.length >= most || recent.length < rows.length) break;
  }
  return entries.slice(0, most);
}

/** Reads each piece when the consumer asks for it. */
async function* readAll(parts: Parts, filter: LogFilter, last: number): AsyncGenerator<AuditEntry[]> {
  for await (const rows of parts.scan.rows(filter, { first: 1, last }, 'asc')) yield await present(parts, rows);
}

async function readHistory(parts: Parts, userId: string): Promise<SecurityHistoryEntry[]> {
  const { seq } = await readHead(parts.store);
  const newest = await readNewest(parts, userId, historyEvents, { last: seq, most: HISTORY });
  if (newest.length < HISTORY) return newest;
  const older = {
    last: Number(newest.at(-1)!.id) - 1,
    most: LASTING,
    budget: { left: LASTING_ENTRIES, unread: 0 },
    without: CANCELLED,
  } as const;
  return [...newest, ...(await readNewest(parts, userId, lastingEvents, older))];
}

async function findEntry(parts: Parts, userId: string, id: string): Promise<SecurityHistoryEntry | null> {
  const found = parts.store.selectFrom('audit_log').selectAll().where('seq', '=', Number(id));
  const row = await found.where('seq', '<=', lastWritten).executeTakeFirst();
  const isTheirs = row?.subject === userId && (historyEvents as readonly string[]).includes(row.event);
  return (isTheirs && (await presentTo(parts, userId, [row]))[0]) || null;
}

async function readLastChange({ findChange, clock }: Parts, subject: string): Promise<LastChange | undefined> {
  const [newest] = await findChange({ subject });
  return newest && newest.at >= clock.now() - HISTORY_MS ? newest : undefined;
}

export const createAuditReader = (store: Store, clock: Clock, names: KnownNames) =>
  bindParts(
    { store, clock, names, scan: createLogScan(store), findChange: prepareLastChange(store) },
    { all: readAll, readHistory, findEntry, readLastChange },
  );
