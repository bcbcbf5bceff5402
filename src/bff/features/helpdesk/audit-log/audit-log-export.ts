import { createHash } from 'node:crypto';
import { securityHistoryEntry } from '#contract/helpdesk-audit-replies.ts';
import type { AuditEntry, SecurityHistoryEntry } from '#contract/helpdesk.ts';
import type { AuditKeys, Head } from '../../../records/audit-log/keys.ts';
import { signManifest } from '../../../records/audit-log/checkpoint.ts';

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

/** Who signs an export, and what it says of itself. */
type Signing = { head: Head; keys: AuditKeys; filter: string; role: string };

/** Yields the audit log as JSON, one entry a line; the last line is the signed head with the manifest. */
export async function* jsonLinesOf(
  pieces: AsyncIterable<AuditEntry[]>,
  { head, keys, filter, role }: Signing,
): AsyncGenerator<string> {
  const digest = createHash('sha256');
  let [first, last, count] = [0, 0, 0];
  for await (const entries of pieces) {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    digest.update(text);
    [first, last, count] = [first || (entries[0]?.seq ?? 0), entries.at(-1)?.seq ?? last, count + entries.length];
    yield text;
  }
  const sha256 = digest.digest('base64url');
  yield `${JSON.stringify(signManifest(keys, head, { filter, role, first, last, count, sha256 }))}\n`;
}
