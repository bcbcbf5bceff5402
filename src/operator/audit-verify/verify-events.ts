import { readCheckpoints } from '#bff/records/audit-log/checkpoint.ts';
import { GENESIS, rowLink } from '#bff/records/audit-log/chain.ts';
import { isSigned, type AuditKeys, type Head } from '#bff/records/audit-log/keys.ts';
import type { AuditRow } from '#bff/records/audit-log/append.ts';
import { parseRow } from '#bff/records/audit-log/log-event.ts';
import { readRestored } from './restored.ts';
import type { TamperedRow } from './verify-log.ts';

/** How many of the latest hashes are kept, because a row may arrive again. Enough for weeks of a large company. */
const REMEMBERED = 200_000;

/** After a restore, new rows get the numbers of lost rows, which only the receiver still has. */
export type Restore = {
  /** The row about the restore. */
  seq: number;
  at: number;
  actor: string | null;
  /** The last row that the receiver got before the row about the restore. */
  until: number;
  /** The last row that was written before the restore; null if the replaced log could not be read. */
  written: number | null;
};

export type VerifiedEvents = {
  tampered: TamperedRow | null;
  /** 0 without rows. */
  first: number;
  last: number;
  /** The last row that a signed head covers; 0 without a head. Rows after it could be cut off or forged. */
  signedUntil: number;
  /** Oldest first. */
  restores: Restore[];
  /** `before`: the hash before the first row. `hash`: the last row's hash. Both are empty without rows. */
  before: string;
  hash: string;
};

/** A line is one event or the body of a webhook. */
function eventsIn(line: string): AuditRow[] {
  try {
    const value = JSON.parse(line.slice(Math.max(0, line.indexOf('{')))) as { events?: unknown } | null;
    return (Array.isArray(value?.events) ? value.events : [value]).flatMap((one) => parseRow(one) ?? []);
  } catch {
    return [];
  }
}

type ReadState = {
  result: VerifiedEvents;
  /** Hashes of the latest rows, by row number. */
  recent: Map<number, string>;
  /** Heads of rows that have not arrived yet, by row number. */
  pending: Map<number, Head[]>;
  /** Null before the first row. */
  prev: string | null;
};

const createState = (): ReadState => ({
  result: { tampered: null, first: 0, last: 0, signedUntil: 0, restores: [], before: '', hash: '' },
  recent: new Map(),
  pending: new Map(),
  prev: null,
});

function checkHead({ result, recent, pending }: ReadState, keys: AuditKeys, head: Head): TamperedRow['fault'] | null {
  const { seq, hash } = head;
  if (!isSigned(keys, head)) return 'false_checkpoint';
  if (seq > result.last) pending.set(seq, [...(pending.get(seq) ?? []), head]);
  else if (recent.has(seq)) {
    if (recent.get(seq) !== hash) return 'rewritten';
    result.signedUntil = Math.max(result.signedUntil, seq);
  }
  return null;
}

/** A row with an old number must record a restore. Then the verification continues from the end of the backup. */
function goBack(state: ReadState, row: AuditRow): TamperedRow | null {
  const { result, recent } = state;
  const { seq } = row;
  const said = row.event === 'store.restored' ? readRestored(row.reason) : null;
  const { backup, replaced } = said ?? {};
  const follows = backup?.seq === seq - 1 && backup.hash === row.prev && recent.get(seq - 1) === row.prev;
  if (!follows) return { seq, fault: 'reordered' };
  // The replaced log must have all rows that were received.
  if (replaced && recent.has(replaced.seq) && recent.get(replaced.seq) !== replaced.hash)
    return { seq: replaced.seq, fault: 'rewritten' };
  if (replaced && replaced.seq < result.last) return { seq: replaced.seq + 1, fault: 'truncated' };
  const { at, actor } = row;
  result.restores.push({ seq, at, actor, until: result.last, written: replaced?.seq ?? null });
  for (let old = seq; old <= result.last; old += 1) recent.delete(old);
  result.signedUntil = Math.min(result.signedUntil, seq - 1);
  result.last = seq - 1;
  state.prev = row.prev;
  return null;
}

function checkRow(state: ReadState, row: AuditRow, verified: (row: AuditRow) => void): TamperedRow | null {
  const { result, recent, pending } = state;
  const { seq, hash } = row;
  if (seq <= result.last) {
    if (recent.get(seq) === hash && rowLink(row, row.prev) === hash) return null;
    const fault = goBack(state, row);
    if (fault) return fault;
  }
  const prev = (state.prev ??= seq === 1 ? GENESIS : row.prev);
  if (row.prev !== prev) return { seq, fault: 'missing' };
  if (rowLink(row, prev) !== hash) return { seq, fault: 'edited' };
  verified(row);
  if (result.first === 0) Object.assign(result, { first: seq, before: prev });
  Object.assign(result, { last: seq, hash });
  state.prev = hash;
  recent.set(seq, hash);
  recent.delete(seq - REMEMBERED);
  const heads = pending.get(seq) ?? [];
  // After a restore, two rows have the same number. A head with another hash may belong to the other row.
  const others = heads.filter((head) => head.hash !== hash);
  if (others.length < heads.length) result.signedUntil = seq;
  if (others.length > 0) pending.set(seq, others);
  else pending.delete(seq);
  return null;
}

/**
 * The end of a line is JSON: an event, a signed head, or a webhook's body. Other lines are ignored. Each row must
 * follow the row before it, or record a restore and follow the backup's last row.
 */
export async function verifyEvents(
  lines: AsyncIterable<string> | Iterable<string>,
  keys: AuditKeys,
  checkpoints: readonly Head[] = [],
  verified: (row: AuditRow) => void = () => {},
): Promise<VerifiedEvents> {
  const state = createState();
  const { result, pending } = state;
  const failed = (tampered: TamperedRow) => ({ ...result, tampered });
  for (const head of checkpoints) {
    const fault = checkHead(state, keys, head);
    if (fault) return failed({ seq: head.seq, fault });
  }

  for await (const line of lines) {
    for (const row of eventsIn(line)) {
      const tampered = checkRow(state, row, verified);
      if (tampered) return failed(tampered);
    }
    for (const head of readCheckpoints(line)) {
      const fault = checkHead(state, keys, head);
      if (fault) return failed({ seq: head.seq, fault });
    }
  }
  // A head from before the first row says nothing about these rows.
  const left = [...pending.keys()].filter((seq) => seq >= result.first);
  const rewritten = left.filter((seq) => seq <= result.last);
  if (rewritten.length > 0) return failed({ seq: Math.min(...rewritten), fault: 'rewritten' });
  return left.length > 0 ? failed({ seq: result.last + 1, fault: 'truncated' }) : result;
}
