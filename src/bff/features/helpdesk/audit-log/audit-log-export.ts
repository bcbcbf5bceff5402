import { createHash } from 'node:crypto';
import type { AuditEntry } from '#contract/helpdesk.ts';
import type { AuditKeys, Head } from '../../../records/audit-log/keys.ts';
import { signManifest } from '../../../records/audit-log/checkpoint.ts';

type SignedExport = { head: Head; keys: AuditKeys; filter: string; role: string };

/** Each line is an entry. The last line is the signed head with the manifest. */
export async function* printJsonLines(
  pieces: AsyncIterable<AuditEntry[]>,
  { head, keys, filter, role }: SignedExport,
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
