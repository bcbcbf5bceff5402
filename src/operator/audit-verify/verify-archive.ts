import { join } from 'node:path';
import type { Store } from '#bff/platform/store/open.ts';
import { isSignedSegment, segmentsFrom } from '#bff/records/audit-log/archive/segment.ts';
import { digestOfFile, linesOfSegment } from '#bff/records/audit-log/archive/segment-file.ts';
import { GENESIS } from '#bff/records/audit-log/chain.ts';
import type { AuditKeys, Head } from '#bff/records/audit-log/keys.ts';
import { createErasures, type Erasures } from '../erase/erasures.ts';
import { verifyEvents } from './verify-events.ts';
import type { TamperedRow } from './verify-log.ts';

/**
 * Verifies the archived rows: each file is as it was signed, and all files together are one chain from the first row
 * on, which leads to where the store's rows begin. `verifyAuditLog` verifies those.
 * @param options.erasures is given each row; pass the same to `verifyAuditLog`, since rows of the store may name an erasure
 * @returns what is wrong, or null; and the number of rows
 */
export async function verifyArchive(
  store: Store,
  folder: string,
  {
    keys,
    checkpoints = [],
    erasures = createErasures(),
  }: { keys: AuditKeys; checkpoints?: readonly Head[]; erasures?: Erasures },
): Promise<{ tampered: TamperedRow | null; rows: number }> {
  let [rows, prev] = [0, GENESIS];
  const failed = (seq: number, fault: TamperedRow['fault']) => ({ tampered: { seq, fault }, rows });
  for (let segments = await segmentsFrom(store, 1); segments.length > 0;) {
    for (const segment of segments) {
      const { first_seq: first, last_seq: last, hash, file, sha256 } = segment;
      if (!isSignedSegment(keys, segment)) return failed(last, 'unsigned_segment');
      if (first !== rows + 1 || segment.prev !== prev) return failed(first, 'missing');
      const path = join(folder, file);
      if ((await digestOfFile(path).catch(() => null)) !== sha256) return failed(last, 'lost_segment');
      const inside = checkpoints.filter(({ seq }) => seq >= first && seq <= last);
      const found = await verifyEvents(linesOfSegment(path), keys, inside, erasures.add);
      if (found.tampered) return { tampered: found.tampered, rows };
      if (found.first !== first || found.before !== prev) return failed(first, 'missing');
      if (found.last !== last || found.hash !== hash) return failed(last, 'rewritten');
      [rows, prev] = [last, hash];
    }
    segments = await segmentsFrom(store, rows + 1);
  }
  return { tampered: null, rows };
}
