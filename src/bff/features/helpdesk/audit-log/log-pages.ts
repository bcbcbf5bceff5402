import { sql } from 'kysely';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import { createLogScan, type LogFilter, type ScanBudget } from '../../../records/audit-log/log-scan.ts';
import { lastWritten, prunedUntil, readHead } from '../../../records/audit-log/head.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { KnownNames } from '../../../identity/users/known-names.ts';
import { hasOperation, presentLine, type RelatedData } from './present-line.ts';

const PAGE = 50;
/** The most rows that are read for one page. */
const LOOKED_AT = 5000;

const VERIFIED = 'helpdesk.caller_verification.verify';
const decisions: readonly AuditEvent[] = [
  'helpdesk.approval.approve',
  'helpdesk.approval.deny',
  'helpdesk.approval.withdraw',
];
export type LogPages = ReturnType<typeof createLogPages>;

type Parts = { store: Store; names: KnownNames; scan: ReturnType<typeof createLogScan> };

async function withoutEnded(store: Store, rows: readonly AuditRow[]): Promise<readonly AuditRow[]> {
  const intents = rows.filter(({ type }) => type === 'intent').map(({ seq }) => seq);
  if (intents.length === 0) return rows;
  const found = await store.selectFrom('open_intents').select('seq').where('seq', 'in', intents).execute();
  const open = new Set(found.map(({ seq }) => seq));
  return rows.filter(({ type, seq }) => type !== 'intent' || open.has(seq));
}

/** Returns one row for each operation, so that many rows of one operation do not hide another. */
async function findNewest(
  store: Store,
  operations: readonly string[],
  events: readonly AuditEvent[],
  outcome?: 'success' | 'failure',
): Promise<ReadonlyMap<string | null, AuditRow>> {
  if (operations.length === 0) return new Map();
  const pruned = await prunedUntil(store);
  let newest = store
    .selectFrom('audit_log')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('correlation_id', 'in', operations)
    // `event || ''` is an expression, so SQLite uses the index on the operation instead of the index on the event.
    .where(sql<string>`event || ''`, 'in', events)
    .where('seq', '<=', lastWritten)
    .where('seq', '>', pruned)
    .groupBy('correlation_id');
  // A success row by the person themselves only says that their page showed a code.
  if (outcome) newest = newest.where(sql<string>`outcome || ''`, '=', outcome);
  if (outcome === 'success') newest = newest.where(sql<boolean>`actor <> subject`);
  const rows = await store.selectFrom('audit_log').selectAll().where('seq', 'in', newest).orderBy('seq').execute();
  return new Map(rows.map((row) => [row.correlation_id, row]));
}

/** An operation with several requests has several decisions. */
async function readDecisions(store: Store, operations: readonly string[]): Promise<RelatedData['decisions']> {
  if (operations.length === 0) return new Map();
  const pruned = await prunedUntil(store);
  const rows = await store
    .selectFrom('audit_log')
    .selectAll()
    .where('correlation_id', 'in', operations)
    .where(sql<string>`event || ''`, 'in', decisions)
    .where('seq', '<=', lastWritten)
    .where('seq', '>', pruned)
    .orderBy('seq')
    .execute();
  return Map.groupBy(rows, ({ correlation_id }) => correlation_id);
}

async function readRelatedData(store: Store, rows: readonly AuditRow[]): Promise<RelatedData> {
  const operations = rows.filter(hasOperation).flatMap(({ correlation_id }) => correlation_id ?? []);
  return {
    verifications: await findNewest(store, operations, [VERIFIED], 'success'),
    denials: await findNewest(store, operations, [VERIFIED], 'failure'),
    decisions: await readDecisions(store, operations),
  };
}

async function present({ store, names }: Parts, rows: readonly AuditRow[]) {
  const beside = await readRelatedData(store, rows);
  const ids = [...rows, ...[...beside.decisions.values()].flat()].flatMap(({ actor, subject, approver }) => [
    ...[actor, subject, approver],
  ]);
  const known = await names.of(ids);
  return rows.map((row) => presentLine(row, beside, known));
}

/** `before`: reads only rows with a smaller number. Null: the first page. */
async function readPage(parts: Parts, filter: LogFilter, before: number | null) {
  const { store, scan } = parts;
  const { seq } = await readHead(store);
  const last = before === null ? seq : Math.min(seq, before - 1);
  const budget: ScanBudget = { left: LOOKED_AT, unread: 0 };
  const found: AuditRow[] = [];
  for await (const piece of scan.rows(filter, { first: 1, last }, 'desc', budget)) {
    found.push(...(await withoutEnded(store, piece)));
    if (found.length > PAGE) break;
  }
  // The scan has not read all rows up to `budget.unread`, so they belong to the next page.
  const whole = found.filter((row) => row.seq > budget.unread);
  const lines = await present(parts, whole.slice(0, PAGE));
  if (whole.length > PAGE) return { lines, searchedTo: null, next: String(whole[PAGE - 1]!.seq) };
  if (budget.unread === 0) return { lines, searchedTo: null, next: null };
  const { at } = await store
    .selectFrom('audit_log')
    .select('at')
    .where('seq', '>=', budget.unread)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirstOrThrow();
  return { lines, searchedTo: new Date(at).toISOString(), next: String(budget.unread + 1) };
}

async function readOperation(parts: Parts, operation: string, before: number | null) {
  const { store } = parts;
  const pruned = await prunedUntil(store);
  const found = await store
    .selectFrom('audit_log')
    .selectAll()
    .where('correlation_id', '=', operation)
    .where('seq', '<=', before === null ? lastWritten : sql<number>`${before - 1}`)
    .where('seq', '<=', lastWritten)
    .where('seq', '>', pruned)
    .orderBy('seq', 'desc')
    .limit(PAGE + 1)
    .execute();
  return {
    lines: await present(parts, found.slice(0, PAGE)),
    searchedTo: null,
    next: found.length > PAGE ? String(found[PAGE - 1]!.seq) : null,
  };
}

/** An intent has a line only while it has no outcome. */
export const createLogPages = (store: Store, names: KnownNames) =>
  bindParts({ store, names, scan: createLogScan(store) }, { page: readPage, ofOperation: readOperation });
