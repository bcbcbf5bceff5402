import { readSnapshot } from '#bff/platform/store/change-store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { GENESIS, rowLink } from '#bff/records/audit-log/chain.ts';
import { createErasures, type Erasures } from '../erase/erasures.ts';
import { lastPruned, readHead, rowOutside } from '#bff/records/audit-log/head.ts';
import { isSigned, type AuditKeys, type Head } from '#bff/records/audit-log/keys.ts';

export type Fault =
  /** A value, a salt, a number or a hash of the row was changed. */
  | 'edited'
  /** Rows before it are missing, or it was inserted. */
  | 'missing'
  /** It stands in the place of another row. */
  | 'reordered'
  /** The rows from this one on are missing. */
  | 'truncated'
  /** No portal wrote it: it lies below row 1, beyond the head, or among pruned rows. */
  | 'outside'
  /** An intent without an outcome that is not stored as open, so reconciliation would never find its outcome. */
  | 'forgotten'
  /** An outcome of an intent that had one: a row of `open_intents` was planted, and a portal read its outcome again. */
  | 'second_outcome'
  /** None of the keys signed the end of the log. */
  | 'unsigned'
  /** The row of a checkpoint has another hash: somebody rewrote the log from that row or an earlier one on. */
  | 'rewritten'
  /** None of the keys signed the checkpoint itself. */
  | 'false_checkpoint';
export type TamperedRow = { seq: number; fault: Fault };

const descriptions: Record<TamperedRow['fault'], (seq: number) => string> = {
  edited: (seq) => `row ${seq} was edited`,
  missing: (seq) => `rows before row ${seq} are missing, or it was slipped in`,
  reordered: (seq) => `row ${seq} stands where another was written`,
  truncated: (seq) =>
    `it ends before row ${seq}, which a signed head covers: the end was not copied, an older state was put back, or rows were deleted`,
  outside: (seq) => `row ${seq} is outside the signed rows: no portal wrote it, or the head was set back`,
  forgotten: (seq) => `row ${seq} is an intent without an outcome that was taken off the list of open ones`,
  second_outcome: (seq) =>
    `row ${seq} is an outcome of an intent that had one, which somebody put on the list of open ones`,
  unsigned: (seq) => `its head, row ${seq}, is signed by none of the keys`,
  rewritten: (seq) => `row ${seq} is not the one of the checkpoint: it, or rows before it, were written anew`,
  false_checkpoint: (seq) => `the checkpoint of row ${seq} is signed by none of the keys`,
};

/** Says which row is not valid, and how. */
export const describeTampering = ({ seq, fault }: TamperedRow): string => descriptions[fault](seq);

export type VerifyOptions = {
  /** Public halves are enough. Without keys no signature is checked, and a rewritten log passes. */
  keys?: AuditKeys;
  /** Heads kept outside the store. */
  checkpoints?: readonly Head[];
  erasures?: Erasures;
  /** Called with the number of rows that were read, of how many. */
  progress?: (rows: number, of: number) => void;
};

const SLICE = 500;

/** The row before the first one of the store, and its hash. */
type ChainStart = { seq: number; hash: string };

/**
 * Verifies the rows of the store: from the first, or from the last one that was pruned on, up to the head, with no gap
 * and nothing outside. It reads one snapshot: portals may write, and somebody may prune, meanwhile. Returns the first
 * invalid row; null for none. Checkpoints of pruned rows are not compared.
 */
export const verifyAuditLog = (store: Store, options: VerifyOptions = {}): Promise<TamperedRow | null> =>
  readSnapshot(store, async (tx) => {
    const outside = await rowOutside(tx);
    if (outside !== null) return { seq: outside, fault: 'outside' };
    return verifyFrom(tx, (await lastPruned(tx)) ?? { seq: 0, hash: GENESIS }, options);
  });

async function verifyFrom(
  store: Store,
  { seq: start, hash: before }: ChainStart,
  { keys, checkpoints = [], erasures = createErasures(), progress = () => {} }: VerifyOptions,
): Promise<TamperedRow | null> {
  const forged = keys && checkpoints.find((checkpoint) => !isSigned(keys, checkpoint));
  if (forged) return { seq: forged.seq, fault: 'false_checkpoint' };
  // Two checkpoints of one row may differ: then the log was cut back and grew to the same length again.
  const trusted = new Map<number, Set<string>>();
  for (const { seq, hash } of checkpoints) trusted.set(seq, (trusted.get(seq) ?? new Set()).add(hash));
  if ([...(trusted.get(start) ?? [])].some((hash) => hash !== before)) return { seq: start, fault: 'rewritten' };
  const head = await readHead(store);
  const open = new Set<number>();
  let prev = before;
  let last = start;
  for (;;) {
    const rows = await store
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(SLICE)
      .execute();
    if (rows.length === 0) break;
    progress(last - start, head.seq - start);
    for (const row of rows) {
      if (row.prev !== prev) {
        // The row that belongs here may stand further down.
        const elsewhere = await store
          .selectFrom('audit_log')
          .select('seq')
          .where('prev', '=', prev)
          .where('seq', '>', row.seq)
          .executeTakeFirst();
        return { seq: row.seq, fault: elsewhere ? 'reordered' : 'missing' };
      }
      if (rowLink(row, prev) !== row.hash) return { seq: row.seq, fault: 'edited' };
      if (row.seq !== last + 1) return { seq: row.seq, fault: 'missing' };
      erasures.add(row);
      if ([...(trusted.get(row.seq) ?? [])].some((hash) => hash !== row.hash))
        return { seq: row.seq, fault: 'rewritten' };
      trusted.delete(row.seq);
      if (row.type === 'intent') open.add(row.seq);
      else if (row.intent !== null && !open.delete(row.intent) && row.intent > start)
        return { seq: row.seq, fault: 'second_outcome' };
      prev = row.hash;
      last = row.seq;
    }
  }
  if (head.seq !== last || head.hash !== prev) return { seq: last + 1, fault: 'truncated' };
  if (keys && last > 0 && !isSigned(keys, head)) return { seq: last, fault: 'unsigned' };
  // A checkpoint of an empty log proves nothing.
  const cut = [...trusted.keys()].filter((seq) => seq > last);
  if (cut.length > 0) return { seq: last + 1, fault: 'truncated' };
  const unnamed = erasures.unnamed();
  if (unnamed !== null) return { seq: unnamed, fault: 'edited' };
  const kept = new Set((await store.selectFrom('open_intents').select('seq').execute()).map(({ seq }) => seq));
  const forgotten = [...open].find((seq) => !kept.has(seq));
  return forgotten === undefined ? null : { seq: forgotten, fault: 'forgotten' };
}
