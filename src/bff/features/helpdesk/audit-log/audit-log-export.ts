import { createHash } from 'node:crypto';
import { auditEntry } from '#contract/helpdesk-audit-replies.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import type { AuditKeys, Head } from '../../../records/audit-log/keys.ts';
import { signManifest, type SignedManifest } from '../../../records/audit-log/checkpoint.ts';

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

/** A line of CSV. */
const lineOf = (entry: Partial<Record<keyof AuditEntry, string | number | null>>) =>
  `${columns.map((name) => cellOf(entry[name] ?? null)).join(',')}\r\n`;

/** Who signs an export, and what it says of itself. */
export type Signing = { head: Head; keys: AuditKeys; filter: string; role: string };

/** Yields the pieces of an export, and its manifest at the end. */
async function* signed(
  pieces: AsyncIterable<AuditEntry[]>,
  { head, keys, filter, role }: Signing,
  format: { begin: string; line(entry: AuditEntry): string; end(manifest: SignedManifest): string },
): AsyncGenerator<string> {
  const digest = createHash('sha256').update(format.begin);
  let [first, last, count] = [0, 0, 0];
  if (format.begin) yield format.begin;
  for await (const entries of pieces) {
    const text = entries.map(format.line).join('');
    digest.update(text);
    [first, last, count] = [first || (entries[0]?.seq ?? 0), entries.at(-1)?.seq ?? last, count + entries.length];
    yield text;
  }
  const sha256 = digest.digest('base64url');
  yield format.end(signManifest(keys, head, { filter, role, first, last, count, sha256 }));
}

/**
 * Yields the audit log as CSV. It starts with a header and ends with a record of the type `head`, which has the signed
 * head and the manifest in its `reason`.
 */
export const csvOf = (pieces: AsyncIterable<AuditEntry[]>, signing: Signing): AsyncGenerator<string> =>
  signed(pieces, signing, {
    begin: `${columns.map(cellOf).join(',')}\r\n`,
    line: lineOf,
    end(manifest) {
      const { seq, at } = signing.head;
      const reason = JSON.stringify(manifest);
      const record = { seq, at: new Date(at).toISOString(), type: 'head', reason };
      return lineOf(record);
    },
  });

/** Yields the audit log as JSON, one entry a line; the last line is the signed head with the manifest. */
export const jsonLinesOf = (pieces: AsyncIterable<AuditEntry[]>, signing: Signing): AsyncGenerator<string> =>
  signed(pieces, signing, {
    begin: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
    end: (manifest) => `${JSON.stringify(manifest)}\n`,
  });
