import { auditEntry } from '#contract/helpdesk-audit-replies.ts';
import { securityHistoryEntry } from '#contract/helpdesk-audit-replies.ts';
import type { AuditEntry, SecurityHistoryEntry } from '#contract/helpdesk.ts';
import type { Head } from '../../../records/audit-log/keys.ts';
import { checkpointOf } from '../../../records/audit-log/checkpoint.ts';

const columns = Object.keys(auditEntry.shape) as (keyof AuditEntry)[];

/**
 * Returns a CSV cell (RFC 4180), always quoted. A text that a spreadsheet would read as a formula gets an apostrophe
 * first (OWASP, CSV injection: `=`, `+`, `-`, `@`, tab, carriage return; also line feed, and the full-width forms that
 * some programs accept).
 */
function cellOf(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const defused = typeof value === 'string' && /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/u.test(text) ? `'${text}` : text;
  return `"${defused.replaceAll('"', '""')}"`;
}

/** A line of CSV with these columns. */
const lineOf = <T extends Record<string, string | number | null>>(names: readonly (keyof T)[], entry: Partial<T>) =>
  `${names.map((name) => cellOf(entry[name] ?? null)).join(',')}\r\n`;

const historyColumns = Object.keys(securityHistoryEntry.shape) as (keyof SecurityHistoryEntry)[];

/** Yields a person's own history as CSV, with a header. */
export async function* historyCsvOf(pieces: AsyncIterable<SecurityHistoryEntry[]>): AsyncGenerator<string> {
  yield `${historyColumns.map(cellOf).join(',')}\r\n`;
  for await (const entries of pieces) yield entries.map((entry) => lineOf(historyColumns, entry)).join('');
}

/**
 * Yields the audit log as CSV. It starts with a header and ends with a record of the type `head`, which has the signed
 * head in its `reason`.
 */
export async function* csvOf(pieces: AsyncIterable<AuditEntry[]>, head: Head): AsyncGenerator<string> {
  yield `${columns.map(cellOf).join(',')}\r\n`;
  for await (const entries of pieces) yield entries.map((entry) => lineOf(columns, entry)).join('');
  const [at, reason] = [new Date(head.at).toISOString(), JSON.stringify(checkpointOf(head))];
  yield lineOf<Record<keyof AuditEntry, string | number | null>>(columns, { seq: head.seq, at, type: 'head', reason });
}

/** Yields the audit log as JSON, one entry a line; the last line is the signed head. */
export async function* jsonLinesOf(pieces: AsyncIterable<AuditEntry[]>, head: Head): AsyncGenerator<string> {
  for await (const entries of pieces) yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  yield `${JSON.stringify(checkpointOf(head))}\n`;
}
