import type { AuditActs } from '#contract/helpdesk.ts';
import type { AuditEvent } from '../../../records/audit-log/audit-event.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import {
  columns,
  createLogScan,
  yieldToEventLoop,
  type LogFilter,
  type ScanBudget,
} from '../../../records/audit-log/log-scan.ts';
import { lastWritten, readHead } from '../../../records/audit-log/head.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { KnownNames } from '../search/known-names.ts';
import { AMENDMENT } from './amendments.ts';
import { presentAct } from './present-act.ts';

const PAGE = 50;
/** The most rows of one act that are read: those of `first`, then of the rest the newest. */
const ROWS = 200;
/** The most of its corrections that are read, the newest: whoever may correct an entry may do so without end. */
const CORRECTIONS = 50;
/** What the line of an act speaks of, if it is there; nobody can repeat it at will. */
const first: readonly AuditEvent[] = [
  'user.account.unfreeze',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.reset',
  'helpdesk.approval.request',
  'helpdesk.approval.approve',
  'helpdesk.approval.deny',
  'helpdesk.approval.withdraw',
  'helpdesk.recovery_code.reveal',
  'helpdesk.traces.end',
];
/** How far acts are counted: so many, and so many index entries after the first page. */
const COUNTED = 1000;
const COUNTED_ENTRIES = 50_000;

/** What may come long after its act. */
const late: ReadonlySet<string> = new Set(['helpdesk.notification', AMENDMENT]);

export type ActsReader = ReturnType<typeof createActsReader>;

/** Returns whether a row matches a filter, as the scan decides it. */
const matches = (row: AuditRow, filter: LogFilter): boolean =>
  columns.every((column) => filter[column]?.includes(row[column] ?? '') ?? true) &&
  row.at >= (filter.since ?? row.at) &&
  (filter.until === undefined || row.at < filter.until);

/** What an agent did, and not what others did about her: there she is the caller. */
const isDoneBy = ({ actor, subject, event }: AuditRow, userId: string): boolean =>
  actor === userId && !(subject === userId && event.startsWith('helpdesk.'));

/**
 * Creates the reader of acts. An act matches a filter when one of its rows does; it is listed once, at the newest of
 * these.
 */
export function createActsReader(store: Store, names: KnownNames) {
  const scan = createLogScan(store);

  async function rowsOf(row: AuditRow): Promise<AuditRow[]> {
    if (row.correlation_id === null) return [row];
    const act = store
      .selectFrom('audit_log')
      .selectAll()
      .where('correlation_id', '=', row.correlation_id)
      .where('seq', '<=', lastWritten);
    const rows = await act
      .where('event', '!=', AMENDMENT)
      // Otherwise an agent could hide a reset behind many looks at the person.
      .orderBy(({ eb }) => eb.case().when('event', 'in', first).then(0).else(1).end())
      .orderBy('seq', 'desc')
      .limit(ROWS)
      .execute();
    const corrections = act.where('event', '=', AMENDMENT).orderBy('seq', 'desc').limit(CORRECTIONS);
    rows.push(...(await corrections.execute()));
    await yieldToEventLoop();
    return rows.toSorted((one, other) => one.seq - other.seq);
  }

  return {
    /**
     * Returns a page of acts, newest first.
     * @param before the row number above the page; null for the first page
     * @param only the agent whose own acts are asked for; null for everybody's
     */
    async page(filter: LogFilter, before: number | null, only: string | null): Promise<Omit<AuditActs, 'people'>> {
      // Such a row lists its act only for whoever looks for it, or for the right ticket of an amendment.
      const isSought = ({ event }: AuditRow) =>
        (filter.event?.includes(event as AuditEvent) ?? false) || (event === AMENDMENT && filter.ticket !== undefined);
      const fits = (row: AuditRow) =>
        (!late.has(row.event) || isSought(row)) && (only === null || isDoneBy(row, only)) && matches(row, filter);
      const last = before === null ? (await readHead(store)).seq : before - 1;
      const budget: ScanBudget = { left: Number.POSITIVE_INFINITY };
      const seen = new Set<string>();
      const page: { seq: number; rows: AuditRow[] }[] = [];
      let next: string | null = null;
      for await (const piece of scan.rows(filter, { first: 1, last }, 'desc', budget)) {
        for (const row of piece) {
          const id = row.correlation_id ?? `row ${row.seq}`;
          if (!fits(row) || seen.has(id)) continue;
          seen.add(id);
          if (next !== null) continue;
          const rows = await rowsOf(row);
          // A page before has listed it.
          if (before !== null && rows.some((one) => one.seq >= before && fits(one))) continue;
          if (page.length < PAGE) page.push({ seq: row.seq, rows });
          else next = String(page.at(-1)!.seq);
        }
        if (next !== null && before !== null) break;
        if (next !== null) budget.left = Math.min(budget.left, COUNTED_ENTRIES);
        if (seen.size > COUNTED) break;
      }
      const cut = budget.left <= 0;
      const acts = cut ? Math.min(seen.size - 1, COUNTED) : Math.min(seen.size, COUNTED);
      const all = page.flatMap(({ rows }) => rows);
      const known = await names.of(all.flatMap(({ actor, subject, approver }) => [actor, subject, approver]));
      return {
        acts: page
          .map(({ rows }) => presentAct(rows, { names: known, only }))
          .toSorted((one, other) => other.at.localeCompare(one.at)),
        count: before === null ? { acts, more: cut || seen.size > COUNTED } : null,
        next,
      };
    },
  };
}
