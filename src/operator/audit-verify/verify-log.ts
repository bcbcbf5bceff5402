import { readSnapshot } from '#bff/platform/store/change-store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { GENESIS, rowLink } from '#bff/records/audit-log/chain.ts';
import { createErasures, type Erasures } from '../erase/erasures.ts';
import { lastPruned, readHead, rowOutside } from '#bff/records/audit-log/head.ts';
import { isSigned, type AuditKeys, type Head } from '#bff/records/audit-log/keys.ts';

export type Fault =
  | 'edited'
  /** Rows before this one are missing, or this one was inserted. */
  | 'missing'
  | 'reordered'
  | 'truncated'
  /** No portal can have written the row: its number is below 1, beyond the head, or in the range that was deleted. */
  | 'outside'
  /** An intent has no outcome and is missing in `open_intents`, so reconciliation will never write its outcome. */
  | 'forgotten'
  /** Somebody planted a row in `open_intents`, and reconciliation then wrote a second outcome. */
  | 'second_outcome'
  | 'unsigned'
  /** The checkpoint's row has another hash, so this row or an earlier one was rewritten. */
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

export const describeTampering = ({ seq, fault }: TamperedRow): string => descriptions[fault](seq);

export type VerifyOptions = {
  /** Public keys are enough. Without keys, a rewritten log passes. */
  keys?: AuditKeys;
  /** Heads that were kept outside the store. */
  checkpoints?: readonly Head[];
  erasures?: Erasures;
  progress?: (rows: number, of: number) => void;
};

const SLICE = 500;

/** The row before the store's first row. */
type ChainStart = { seq: number; hash: string };

/**
 * Reads one snapshot, so portals and pruning may run at the same time. Checkpoints of pruned rows are not compared.
 * Returns the first invalid row, or null.
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
  // Two checkpoints of one row can differ if the log was cut and then grew again.
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
  // A checkpoint of an empty log (number 0) proves nothing.
  const cut = [...trusted.keys()].filter((seq) => seq > last);
  if (cut.length > 0) return { seq: last + 1, fault: 'truncated' };
  const unnamed = erasures.unnamed();
  if (unnamed !== null) return { seq: unnamed, fault: 'edited' };
  const kept = new Set((await store.selectFrom('open_intents').select('seq').execute()).map(({ seq }) => seq));
  const forgotten = [...open].find((seq) => !kept.has(seq));
  return forgotten === undefined ? null : { seq: forgotten, fault: 'forgotten' };
}
