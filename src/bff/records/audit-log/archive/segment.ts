import type { Selectable } from 'kysely';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import { isSignedText, signaturesIn, signText, type AuditKeys } from '../keys.ts';

/** Rows that went to a file of the archive, as the log keeps of them. */
export type Segment = Selectable<Tables['audit_log_segments']>;

/**
 * Differs from the text of a signed head. Otherwise the holder of an old head could claim that the rows before it were
 * archived.
 */
const textOf = ({ first_seq, last_seq, at, prev, hash, file, sha256 }: Omit<Segment, 'signatures'>): string =>
  ['latchkey-audit-segment/1', first_seq, last_seq, at, prev, hash, file, sha256].join('\n');

export const signSegment = (keys: AuditKeys, segment: Omit<Segment, 'signatures'>): Segment => ({
  ...segment,
  signatures: JSON.stringify(signText(keys, textOf(segment))),
});

export const isSignedSegment = (keys: AuditKeys, segment: Segment): boolean =>
  isSignedText(keys, textOf(segment), signaturesIn(segment.signatures));

/** Returns up to a hundred segments that end at a row or after it, in order. */
export const segmentsFrom = (store: Store, seq: number): Promise<Segment[]> =>
  store
    .selectFrom('audit_log_segments')
    .selectAll()
    .where('last_seq', '>=', seq)
    .orderBy('last_seq')
    .limit(100)
    .execute();

/** The file's name, which sorts by row. */
export const fileOf = (first: number, last: number): string =>
  `audit-${String(first).padStart(12, '0')}-${String(last).padStart(12, '0')}.jsonl.gz`;
