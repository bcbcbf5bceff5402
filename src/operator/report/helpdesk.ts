import { parseArgs } from 'node:util';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { findCallerFailure } from '#contract/audit-log/audit-reasons.ts';
import { operationReasons } from '#contract/helpdesk-schemas.ts';
import { readPlace } from '#bff/config/place.ts';
import { DECIDE_MS } from '#bff/features/helpdesk/approvals/approvals.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { AuditRow } from '#bff/records/audit-log/audit-log.ts';
import { operationEvents, splitReason } from '#contract/audit-log/reason-parts.ts';
import { HOUR_MS } from '#clock';
import { lastWritten, prunedUntil, readHead } from '#bff/records/audit-log/head.ts';
import { createLogScan } from '#bff/records/audit-log/log-scan.ts';
import { UsageError } from '../audit-verify/given-checkpoints.ts';
import { getName, onExistingStore } from '../doctor/existing-store.ts';
import { countEach, list, say } from './summary.ts';

/** Also reads operations that begin at most this long before the month, or end at most this long after it. */
const AROUND_MS = 2 * HOUR_MS;
const VERIFY = 'helpdesk.caller_verification.verify';
const REQUEST = 'helpdesk.approval.request';
const FREEZE = 'user.account.freeze';

const operations: Partial<Record<AuditEvent, 'reset' | 'unlock' | 'unfreeze'>> = {
  'user.mfa.factor.reset': 'reset',
  'user.mfa.factor.reset_all': 'reset',
  'user.account.unlock': 'unlock',
  'user.account.unfreeze': 'unfreeze',
};
const decisions: Partial<Record<AuditEvent, string>> = {
  'helpdesk.approval.approve': 'approved',
  'helpdesk.approval.deny': 'denied',
  'helpdesk.approval.withdraw': 'withdrawn',
};
const events = [
  ...(Object.keys({ ...operations, ...decisions }) as AuditEvent[]),
  ...([VERIFY, REQUEST, 'helpdesk.call.report', FREEZE] as const),
];

/** No statement scans the whole log. */
export async function readMonth(store: Store, since: number, until: number, withNames = false) {
  const { seq: last } = await readHead(store);
  const range = { event: events, since: since - AROUND_MS, until: until + AROUND_MS };
  const rows: AuditRow[] = [];
  for await (const piece of createLogScan(store).rows(range, { first: 1, last }, 'asc')) rows.push(...piece);
  const log = store.selectFrom('audit_log').select(['seq', 'at']).where('seq', '<=', lastWritten);
  const pruned = await prunedUntil(store);
  const first = await log.where('seq', '>', pruned).orderBy('seq').limit(1).executeTakeFirst();
  const ids = [...new Set(rows.flatMap(({ actor }) => actor ?? []))];
  const named = store.selectFrom('known_names').select(['user_id', 'login']).where('user_id', 'in', ids);
  const names = withNames && ids.length > 0 ? await named.execute() : null;
  return { rows, first: first ?? null, names: names && new Map(names.map(({ user_id: id, login }) => [id, login])) };
}

const findReason = (rows: readonly AuditRow[]) => {
  const codes = rows.map((row) => (operationEvents.has(row.event) ? splitReason(row).reason : null));
  return operationReasons.find((code) => codes.includes(code)) ?? 'not known';
};

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.length === 0 ? null : (middle[0]! + middle.at(-1)!) / 2;
}

/** The first decision after the request. Without a decision, a request expires after half an hour. */
const findFate = (request: AuditRow, rows: readonly AuditRow[], now: number): string =>
  rows.flatMap(({ seq, event }) => (seq > request.seq ? (decisions[event] ?? []) : []))[0] ??
  (request.at + DECIDE_MS <= now ? 'expired' : 'waiting');

/** By its last outcome, because it may have failed and been tried again. Null: no outcome in the month. */
function describeOperation(rows: readonly AuditRow[], isInMonth: (row: AuditRow) => boolean) {
  const outcome = rows.findLast(({ type, event }) => type !== 'intent' && operations[event]);
  if (!outcome || !isInMonth(outcome)) return null;
  const verified = rows.find((row) => row.event === VERIFY && row.outcome === 'success' && row.actor !== row.subject);
  return {
    operation: operations[outcome.event]!,
    agent: outcome.actor,
    verification: outcome.caller_verification?.split(':')[0] ?? 'none',
    outcome: outcome.outcome ?? 'unknown',
    reason: findReason(rows),
    tookMs: verified ? outcome.at - verified.at : null,
  };
}

/** `agents`: one entry for each agent id; the id is null for rows that name no agent. */
export function countMonth(all: readonly AuditRow[], since: number, until: number, now: number) {
  const isInMonth = ({ at }: AuditRow) => at >= since && at < until;
  const month = all.filter(isInMonth);
  const groups = Map.groupBy(all, ({ seq, correlation_id }) => correlation_id ?? `row ${seq}`);
  const done = [...groups.values()].flatMap((rows) => describeOperation(rows, isInMonth) ?? []);
  const fates = month
    .filter(({ event }) => event === REQUEST)
    .map((row) => findFate(row, groups.get(row.correlation_id ?? `row ${row.seq}`)!, now));
  const denied = month.map((row) => splitReason(row)).filter(({ decision }) => decision === 'deny');
  const count = (event: AuditEvent) => month.filter((row) => row.event === event).length;
  const failures = month.flatMap(({ event, outcome, reason }) =>
    event === VERIFY && outcome === 'failure' ? (findCallerFailure(reason) ?? 'error') : [],
  );
  const byAgent = [...Map.groupBy(done, ({ agent }) => agent)].map(([agent, own]) => ({
    agent,
    operations: own.length,
    unverified: own.filter(({ verification }) => verification === 'none').length,
    failed: own.filter(({ outcome }) => outcome !== 'success').length,
  }));
  return {
    unverified: done.filter(({ verification }) => verification === 'none').length,
    verificationsFailed: countEach(failures),
    requestsDenied: countEach(denied.map(({ reason }) => reason ?? '')),
    reportedCalls: count('helpdesk.call.report'),
    frozenPeople: new Set(month.filter(({ event }) => event === FREEZE).map(({ subject }) => subject)).size,
    operations: countEach(done.map(({ operation }) => operation)),
    verifications: countEach(done.map(({ verification }) => verification)),
    outcomes: countEach(done.map(({ outcome }) => outcome)),
    reasons: countEach(done.map(({ reason }) => reason)),
    requests: countEach(fates),
    withoutAgent: done.filter(({ agent }) => agent === null).length,
    medianSeconds: median(done.flatMap(({ tookMs }) => (tookMs === null ? [] : tookMs / 1000))),
    agents: byAgent.toSorted((a, b) => b.operations - a.operations),
  };
}

type Counts = ReturnType<typeof countMonth>;

/** The worst first. */
const texts: Partial<Record<keyof Counts, string>> = {
  unverified: 'operations without a verified caller',
  verificationsFailed: 'verifications that failed (timeout, error and wrong code are no signs of an attack)',
  requestsDenied: 'requests that an approver denied, by reason',
  reportedCalls: 'calls that staff reported',
  frozenPeople: 'people whose changes were frozen',
  operations: 'operations, each once',
  verifications: 'by verification of the caller',
  outcomes: 'by outcome',
  reasons: 'by reason',
  requests: 'requests to approvers, by what became of them',
  medianSeconds: 'seconds from the first verification to the outcome, median',
  withoutAgent: 'operations whose agent was erased',
};
const describe = (value: Counts[keyof Counts]): string =>
  value === null ? 'none' : typeof value === 'number' ? say(value) : list(value as Record<string, number>) || '0';

export async function runHelpdesk(args: string[], clock: { now(): number } = Date): Promise<string> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args, options: { month: { type: 'string', default: '' }, json: flag, names: flag } });
  const { month, json } = values;
  const since = /^\d{4}-\d\d$/.test(month) ? Date.parse(`${month}-01T00:00:00.000Z`) : Number.NaN;
  if (Number.isNaN(since)) throw new UsageError('which month? --month 2026-11');
  const until = new Date(since).setUTCMonth(new Date(since).getUTCMonth() + 1);
  const place = readPlace(process.env);
  const read = await onExistingStore(place, (store) => readMonth(store, since, until, values.names));
  if (!read) throw new UsageError(`there is no portal's store in ${getName(place)}: set DATA_DIR or DATABASE_URL`);
  const { rows, names, first } = read;
  const counts = countMonth(rows, since, until, clock.now());
  // `agent 1` has the most operations of this month.
  const agents = counts.agents.map(({ agent, ...own }, index) => ({
    agent: agent === null ? 'no agent any more' : (names?.get(agent) ?? (names ? agent : `agent ${index + 1}`)),
    ...own,
  }));
  const firstRow = first && { seq: first.seq, at: new Date(first.at).toISOString() };
  const complete = first !== null && (first.seq === 1 || first.at < since) && clock.now() >= until;
  if (json) return JSON.stringify({ type: 'helpdesk', month, complete, firstRow, ...counts, agents });
  return [
    `The helpdesk in ${month} (UTC): ${complete ? 'the whole month' : 'not the whole month'}. The log begins with ${firstRow ? `row ${firstRow.seq} of ${firstRow.at}` : 'no row yet'}.`,
    ...Object.entries(texts).map(([name, text]) => `${text}: ${describe(counts[name as keyof Counts])}`),
    ...agents.map(({ agent, ...own }) => `${agent}: ${list(own)}`),
  ].join('\n');
}
