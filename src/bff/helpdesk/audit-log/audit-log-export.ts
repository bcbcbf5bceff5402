import type { AuditEntry } from '#contract/helpdesk.ts';
import type { Head } from '../../audit-log/keys.ts';
import { checkpointOf } from '../../audit-log/checkpoint.ts';

const columns = [
  'seq',
  'at',
  'type',
  'event',
  'actor',
  'subject',
  'factorId',
  'kind',
  'outcome',
  'reason',
  'ticket',
  'callerVerification',
  'approver',
  'address',
  'agent',
  'requestId',
] as const satisfies readonly (keyof AuditEntry)[];

/**
 * A cell of a table (RFC 4180), always in quotes. One that a spreadsheet would take for a formula begins with an
 * apostrophe (OWASP, CSV injection: `=`, `+`, `-`, `@`, tab, carriage return; line feed, and the full-width ones that
 * some programs read alike).
 */
function cellOf(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const defused = typeof value === 'string' && /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/u.test(text) ? `'${text}` : text;
  return `"${defused.replaceAll('"', '""')}"`;
}

/**
 * The audit log as a table: a header before it, and after it a record of the type `head` with the log's signed end in its
 * `reason`.
 */
export async function* csvOf(pieces: AsyncIterable<AuditEntry[]>, head: Head): AsyncGenerator<string> {
  yield `${columns.map(cellOf).join(',')}\r\n`;
  for await (const entries of pieces)
    yield entries.map((entry) => `${columns.map((column) => cellOf(entry[column])).join(',')}\r\n`).join('');
  const at = new Date(head.at).toISOString();
  const last: Partial<Record<(typeof columns)[number], string | number>> = {
    seq: head.seq,
    at,
    type: 'head',
    reason: JSON.stringify(checkpointOf(head)),
  };
  yield `${columns.map((column) => cellOf(last[column] ?? null)).join(',')}\r\n`;
}

/** The audit log as JSON, a line an entry; the last is the log's signed end. */
export async function* jsonLinesOf(pieces: AsyncIterable<AuditEntry[]>, head: Head): AsyncGenerator<string> {
  for await (const entries of pieces) yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  yield `${JSON.stringify(checkpointOf(head))}\n`;
}
