import { randomBytes } from 'node:crypto';
import { sql, type Insertable, type Selectable, type SqlBool, type Transaction } from 'kysely';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import type { Clock } from '#clock';
import { isUniqueViolation } from '#database/errors.ts';
import { lockingRows } from '#database/row-locks.ts';
import { storable } from '#database/text.ts';
import { StoreRefused } from '../../platform/errors/api-errors.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import { assertLeased, isLeased } from '../../platform/store/lock.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { SALT_BYTES, rowLink } from './chain.ts';
import { closeIntent } from './close-intent.ts';
import { countEvents } from './counted-events.ts';
import { isSigned, signaturesIn, signHead, type AuditKeys, type Head } from './keys.ts';
import {
  assertMayDecide,
  getCorrelationId,
  type Actor,
  type AfterRow,
  type InTransaction,
  type Operation,
} from './operation.ts';

type Row = Insertable<Tables['audit_log']>;
export type NewRow = Omit<Row, 'seq' | 'prev' | 'hash' | 'at' | 'salt'>;
export type AuditRow = Selectable<Tables['audit_log']>;
export type RaiseAlarm = (tx: Transaction<Tables>, row: AuditRow) => Promise<void>;

/** May return `false`, which rolls back the whole transaction. */
export type TransactionStep = (tx: Transaction<Tables>) => Promise<AfterRow | void | false>;

/** Further rows to append in the same transaction. */
export type RowsBeside = (row: NewRow) => readonly NewRow[];

export type AuditDetails = {
  event: AuditEvent;
  subject: string | null;
  factorId?: string | null;
  kind?: string | null;
  /** The reason of a helpdesk operation. Also stored with an outcome that has no reason of its own. */
  why?: AuditReason;
  ticket?: string | null;
  callerVerification?: string | null;
  approver?: string | null;
};
export type Outcome = {
  outcome: 'success' | 'failure' | 'unknown';
  reason?: AuditReason | null;
  factorId?: string | null;
};

export const newRow = (
  type: AuditRow['type'],
  actor: Actor,
  details: AuditDetails,
  outcome: Partial<Outcome>,
): NewRow => ({
  type,
  intent: null,
  event: details.event,
  actor: actor.userId,
  subject: details.subject,
  factor_id: outcome.factorId ?? details.factorId ?? null,
  kind: details.kind ?? null,
  outcome: outcome.outcome ?? null,
  reason: outcome.reason ?? details.why ?? null,
  ticket: details.ticket ?? null,
  caller_verification: details.callerVerification ?? null,
  approver: details.approver ?? null,
  address: actor.address,
  agent: actor.agent.slice(0, 300),
  request_id: actor.requestId,
  correlation_id: getCorrelationId(actor),
});

export type With = {
  /** The operation of a request, or an actor alone if the row reports what has already happened. */
  by?: Operation | Actor;
  inTransaction?: TransactionStep | undefined;
  beside?: RowsBeside | undefined;
};

export function allInTransaction(...all: readonly (InTransaction | undefined)[]): InTransaction {
  return async (tx) => {
    const after: AfterRow[] = [];
    for (const inTransaction of all) {
      const then = await inTransaction?.(tx);
      if (then) after.push(then);
    }
    return async (seq) => {
      for (const then of after) await then(seq);
    };
  };
}

/** A `TransactionStep` returned false. */
export const rolledBack = new Error('taken back by what stands beside the row');

/** The intent already has its outcome. */
export const hasOutcome = new Error('the intent has its outcome');

/**
 * The end of the log has no signature of the portal, or is older than the end that this process wrote. Appending would
 * confirm foreign rows with the portal's signature.
 */
export class ForeignHeadError extends StoreRefused {
  override readonly name = 'ForeignHeadError';
}

async function claimKey(tx: Transaction<Tables>, { type, outcome, seq }: AuditRow, by: Operation | Actor | undefined) {
  if (!by || !('type' in by)) return;
  if (type === 'intent' || outcome === 'success') await by.claim?.(tx, type === 'intent' ? seq : null);
}

const makeStorable = <R extends object>(row: R): R =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, storable(value)])) as R;

async function assertContinues(keys: AuditKeys, written: Head | null, head: Head, tx: Store): Promise<void> {
  if (written && head.seq === written.seq && head.hash === written.hash) return;
  if (written && head.seq <= written.seq)
    throw new ForeignHeadError(`the audit log ends at row ${head.seq}, and was at row ${written.seq} before`);
  const isBlank =
    head.seq === 0 &&
    !(await tx.selectFrom('audit_log').select('seq').where('seq', '>', 0).limit(1).executeTakeFirst());
  if (!isBlank && !isSigned(keys, head))
    throw new ForeignHeadError(`the audit log's end, row ${head.seq}, is signed by no key of AUDIT_SIGNING_KEY`);
}

/**
 * Throws:
 * - for an intent, if a lock of the request has expired
 * - for an outcome, if somebody else has taken a lock of the request, or if the intent has an outcome
 * - for a decision, if the session has ended, or if the person is frozen and the decision is `freezable`
 */
async function assertMayAppend(tx: Transaction<Tables>, row: NewRow, by: Operation | Actor | undefined, now: number) {
  const until = row.type === 'intent' ? now : null;
  const isHeld = row.type === 'event' ? sql<SqlBool>`1 = 1` : isLeased(tx, until);
  if (by && 'type' in by && by.type === 'decision') await assertMayDecide(tx, by, row.subject ?? null, isHeld);
  else if (row.type === 'intent') await assertLeased(tx, until);
  const { intent } = row;
  if (intent == null || (await closeIntent(tx, { ...row, intent }, isHeld))) return;
  await assertLeased(tx, until);
  throw hasOutcome;
}

async function writeLinked(
  tx: Transaction<Tables>,
  { clock, keys }: { clock: Clock; keys: AuditKeys },
  texts: NewRow,
  last: Pick<Head, 'seq' | 'hash'>,
) {
  const seq = last.seq + 1;
  const full = {
    ...texts,
    seq,
    at: clock.now(),
    salt: randomBytes(SALT_BYTES).toString('base64url'),
    prev: last.hash,
  } as Omit<AuditRow, 'hash'>;
  const next = signHead(keys, { seq, at: full.at, hash: rowLink(full, last.hash) });
  await tx
    .insertInto('audit_log')
    .values({ ...full, hash: next.hash })
    .execute()
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new ForeignHeadError(`row ${seq} of the audit log is there, and no portal wrote it`, { cause: error });
    });
  await tx
    .updateTable('audit_log_head')
    .set({ seq, at: next.at, hash: next.hash, signatures: JSON.stringify(next.signatures) })
    .where('id', '=', 1)
    .execute();
  return { row: { ...full, hash: next.hash }, head: next };
}

/** No other code appends to the audit log. `committed` is called with each row after its commit. */
export function createAppend(
  store: Store,
  clock: Clock,
  keys: AuditKeys,
  committed: (row: AuditRow) => void,
  raise: RaiseAlarm,
) {
  /** The head that this process wrote last, to detect a restored backup. */
  let written: Head | null = null;

  const assertOurs = (head: Head, tx: Store) => assertContinues(keys, written, head, tx);

  async function appendIn(tx: Transaction<Tables>, row: NewRow, { by, inTransaction }: With = {}) {
    const texts = makeStorable(row);
    await assertMayAppend(tx, texts, by, clock.now());
    const after = await inTransaction?.(tx);
    if (after === false) throw rolledBack;
    // The head is locked last, because all other appends wait from this statement to the end of this transaction.
    const { signatures, ...last } = await lockingRows(
      tx,
      tx.selectFrom('audit_log_head').select(['seq', 'at', 'hash', 'signatures']).where('id', '=', 1),
    ).executeTakeFirstOrThrow();
    await assertOurs({ ...last, signatures: signaturesIn(signatures) }, tx);
    const { row: appended, head: next } = await writeLinked(tx, { clock, keys }, texts, last);
    await claimKey(tx, appended, by);
    const { type, seq, at, event, subject, factor_id } = appended;
    if (type === 'intent') await tx.insertInto('open_intents').values({ seq, at, event, subject, factor_id }).execute();
    await countEvents(tx, seq, appended);
    await raise(tx, appended);
    if (after) await after(seq);
    return { row: appended, head: next };
  }

  function announce(appended: readonly { row: AuditRow; head: Head }[]): void {
    for (const { row, head } of appended) {
      if (!written || head.seq > written.seq) written = head;
      committed(row);
    }
  }

  /** Returns the first row's number. */
  async function append(row: NewRow, written: With = {}) {
    const [first, ...more] = await changeStore(store, async (tx) => {
      const own = await appendIn(tx, row, written);
      const others = [];
      for (const one of written.beside?.(row) ?? []) others.push(await appendIn(tx, one));
      return [own, ...others] as const;
    });
    announce([first, ...more]);
    return first.row.seq;
  }

  async function appendAll(rows: readonly NewRow[], inTransaction: (tx: Transaction<Tables>) => Promise<void>) {
    const appended = await changeStore(store, async (tx) => {
      await inTransaction(tx);
      const all = [];
      for (const row of rows) all.push(await appendIn(tx, row));
      return all;
    });
    announce(appended);
  }

  return { append, appendAll, assertOurs };
}
