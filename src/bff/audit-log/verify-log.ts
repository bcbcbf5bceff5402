import type { Store } from '../store/open.ts';
import { GENESIS, rowLink } from './chain.ts';
import { isSigned } from './keys.ts';
import type { AuditKeys, Head } from './keys.ts';

export type Fault =
  /** A value, a salt, a number or a hash of the row is not what was written. */
  | 'edited'
  /** Rows before it are gone, or it was slipped in. */
  | 'missing'
  /** It stands where another was written. */
  | 'reordered'
  /** From this one on, rows are cut off. */
  | 'truncated'
  /** An intent without an outcome that is not kept as open, so that nobody would find out what became of it. */
  | 'forgotten'
  /** The end of the log is signed by none of the keys. */
  | 'unsigned'
  /** A checkpoint's row is there with another hash: the log was written anew from some row at or before it. */
  | 'rewritten'
  /** The checkpoint itself is signed by none of the keys. */
  | 'false_checkpoint';
export type TamperedRow = { seq: number; fault: Fault };

export type VerifyOptions = {
  /** Public halves do. Without keys no signature is checked, and a log that was written anew passes. */
  keys?: AuditKeys;
  /** Heads kept outside the store. */
  checkpoints?: readonly Head[];
};

const SLICE = 500;

/** The end of the log as the store has it; throws when it has none. */
export async function readHead(store: Store): Promise<Head> {
  const { seq, at, hash, signatures } = await store
    .selectFrom('audit_log_head')
    .select(['seq', 'at', 'hash', 'signatures'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { seq, at, hash, signatures: JSON.parse(signatures) as Head['signatures'] };
}

/**
 * Walks the whole log. Returns null when it holds, else the first row that does not. It may be written meanwhile.
 */
export async function verifyAuditLog(
  store: Store,
  { keys, checkpoints = [] }: VerifyOptions = {},
): Promise<TamperedRow | null> {
  const forged = keys && checkpoints.find((checkpoint) => !isSigned(keys, checkpoint));
  if (forged) return { seq: forged.seq, fault: 'false_checkpoint' };
  // Two of one row that differ: the log was cut back and went on to the same length.
  const seen = new Map<number, Set<string>>();
  for (const { seq, hash } of checkpoints) seen.set(seq, (seen.get(seq) ?? new Set()).add(hash));
  const open = new Set<number>();
  let prev = GENESIS;
  let last = 0;
  let head: Head;
  for (;;) {
    // Read before the rows: all that it is over must be there.
    head = await readHead(store);
    const rows = await store
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(SLICE)
      .execute();
    if (rows.length === 0) break;
    for (const row of rows) {
      if (row.prev !== prev) {
        // The row that belongs here is there, further down.
        const elsewhere = await store
          .selectFrom('audit_log')
          .select('seq')
          .where('prev', '=', prev)
          .where('seq', '>', row.seq)
          .executeTakeFirst();
        return { seq: row.seq, fault: elsewhere ? 'reordered' : 'missing' };
      }
      if (rowLink(row, prev) !== row.hash) return { seq: row.seq, fault: 'edited' };
      if ([...(seen.get(row.seq) ?? [])].some((hash) => hash !== row.hash)) return { seq: row.seq, fault: 'rewritten' };
      seen.delete(row.seq);
      if (row.type === 'intent') open.add(row.seq);
      else if (row.intent !== null) open.delete(row.intent);
      prev = row.hash;
      last = row.seq;
    }
  }
  if (head.seq !== last || head.hash !== prev) return { seq: last + 1, fault: 'truncated' };
  if (keys && last > 0 && !isSigned(keys, head)) return { seq: last, fault: 'unsigned' };
  // A checkpoint of an empty log says nothing.
  const cut = [...seen.keys()].filter((seq) => seq > last);
  if (cut.length > 0) return { seq: last + 1, fault: 'truncated' };
  const kept = new Set((await store.selectFrom('open_intents').select('seq').execute()).map(({ seq }) => seq));
  for (const seq of open) {
    if (kept.has(seq)) continue;
    // One that ended while we looked has its outcome by now: both stand in one transaction.
    const outcome = await store.selectFrom('audit_log').select('seq').where('intent', '=', seq).executeTakeFirst();
    if (!outcome) return { seq, fault: 'forgotten' };
  }
  return null;
}
