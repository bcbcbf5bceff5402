import { readCheckpoints } from '../checkpoint.ts';
import { GENESIS, rowLink } from '../chain.ts';
import { isSigned, type AuditKeys, type Head } from '../keys.ts';
import type { AuditRow } from '../append.ts';
import { rowOf } from '../log-event.ts';
import type { TamperedRow } from './verify-log.ts';

/** Receivers may get rows again; a row that is repeated is among so many before it. */
const REMEMBERED = 10_000;

export type VerifiedEvents = {
  tampered: TamperedRow | null;
  /** The first and last row; 0 when there is none. */
  first: number;
  last: number;
  /** The last row that a signed head covers; 0 without one. Later rows could be cut off or written anew. */
  signedUntil: number;
  /** The hashes before the first row and of the last one; empty without a row. */
  before: string;
  hash: string;
};

/** The rows in a line: those of one event, or of a webhook's body. */
function eventsIn(line: string): AuditRow[] {
  try {
    const value = JSON.parse(line.slice(Math.max(0, line.indexOf('{')))) as { events?: unknown } | null;
    return (Array.isArray(value?.events) ? value.events : [value]).flatMap((one) => rowOf(one) ?? []);
  } catch {
    return [];
  }
}

/**
 * Verifies what a receiver of the audit log has: lines that end with an event, a signed head or a webhook's body in
 * JSON. Other lines are ignored. It begins with the first event that is there, and each later row must follow on the
 * one before.
 * @param checkpoints further heads
 * @param seen called with each row whose link holds
 */
export async function verifyEvents(
  lines: AsyncIterable<string> | Iterable<string>,
  keys: AuditKeys,
  checkpoints: readonly Head[] = [],
  seen: (row: AuditRow) => void = () => {},
): Promise<VerifiedEvents> {
  const result: VerifiedEvents = { tampered: null, first: 0, last: 0, signedUntil: 0, before: '', hash: '' };
  /** Hashes of the latest rows, by number. */
  const recent = new Map<number, string>();
  /** Heads of rows that have not come yet. */
  const pending = new Map<number, Head[]>();
  const failed = (seq: number, fault: TamperedRow['fault']) => ({ ...result, tampered: { seq, fault } });
  let prev: string | null = null;

  /** Returns what is wrong with a head, or null. */
  function faultOf(head: Head): TamperedRow['fault'] | null {
    const { seq, hash } = head;
    if (!isSigned(keys, head)) return 'false_checkpoint';
    if (seq > result.last) pending.set(seq, [...(pending.get(seq) ?? []), head]);
    else if (recent.has(seq)) {
      if (recent.get(seq) !== hash) return 'rewritten';
      result.signedUntil = Math.max(result.signedUntil, seq);
    }
    return null;
  }

  for (const head of checkpoints) {
    const fault = faultOf(head);
    if (fault) return failed(head.seq, fault);
  }
  /** Returns what is wrong with a row, or null. */
  function add(row: AuditRow): TamperedRow['fault'] | null {
    const { seq, hash } = row;
    if (seq <= result.last) return recent.get(seq) === hash && rowLink(row, row.prev) === hash ? null : 'reordered';
    prev ??= seq === 1 ? GENESIS : row.prev;
    if (row.prev !== prev) return 'missing';
    if (rowLink(row, prev) !== hash) return 'edited';
    seen(row);
    if (result.first === 0) Object.assign(result, { first: seq, before: prev });
    Object.assign(result, { last: seq, hash });
    prev = hash;
    recent.set(seq, hash);
    recent.delete(seq - REMEMBERED);
    for (const head of pending.get(seq) ?? []) {
      if (head.hash !== hash) return 'rewritten';
      result.signedUntil = seq;
    }
    pending.delete(seq);
    return null;
  }

  for await (const line of lines) {
    for (const row of eventsIn(line)) {
      const fault = add(row);
      if (fault) return failed(row.seq, fault);
    }
    for (const head of readCheckpoints(line)) {
      const fault = faultOf(head);
      if (fault) return failed(head.seq, fault);
    }
  }
  // A head of before the first row says nothing of these.
  const cut = [...pending.keys()].some((seq) => seq > result.last);
  return cut ? failed(result.last + 1, 'truncated') : result;
}
