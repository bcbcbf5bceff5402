import type { Transaction } from 'kysely';
import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { LostLeaseError } from '../../platform/store/lock.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { bindParts } from '../../platform/bind-parts.ts';
import { tolerate } from '../../platform/store/failure.ts';
import {
  busyUntil,
  isAnswered,
  classifyFailure,
  SOON_MS,
  UnrecordedOutcome,
} from '../../platform/errors/api-errors.ts';
import { createAppend, hasOutcome, newRow, rolledBack } from './append.ts';
import type {
  AuditDetails,
  AuditRow,
  RowsBeside,
  TransactionStep,
  NewRow,
  Outcome,
  RaiseAlarm,
  With,
} from './append.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { lastWritten, readHead } from './head.ts';
import { signHead, type AuditKeys, type Head } from './keys.ts';
import type { Actor, InTransaction, Operation } from './operation.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

export { ForeignHeadError, allInTransaction, newRow } from './append.ts';
export { continued, getCorrelationId } from './operation.ts';
export type { AuditDetails, AuditRow, RowsBeside, NewRow, Outcome } from './append.ts';
export type { Actor, AfterRow, Claim, Decision, InTransaction, Operation, Stop } from './operation.ts';

type ChangeOptions<T> = {
  /** What to write in the transaction of a successful outcome. */
  done?: (result: T) => { factorId?: string | null; inTransaction?: InTransaction | undefined; beside?: RowsBeside };
  /** `unknown` keeps the intent open until reconciliation. */
  classify?: typeof classifyFailure;
  /** In the intent's transaction: for data that must survive a crash before the outcome. */
  first?: InTransaction | undefined;
  /** Called after `first`. */
  besideFirst?: RowsBeside;
  /** Rejects with `outcome_unknown` if reconciliation wrote the outcome first. Then nothing from `done` was written. */
  mustRecord?: boolean;
};

const getActor = (by: Operation | Actor): Actor => ('actor' in by ? by.actor : by);

type Parts = ReturnType<typeof createAppend> & {
  store: Store;
  clock: Clock;
  keys: AuditKeys;
  /** Session objects of requests that wrote an audit row. Each request has a session object of its own. */
  recorded: WeakSet<object>;
};

type Open = { before?: number; subject?: string; event?: AuditEvent; factorId?: string };
/** Two statements instead of a join: for a join, SQLite would scan the whole log. */
async function openIntents({ store, clock }: Parts, { before, subject, event, factorId }: Open): Promise<AuditRow[]> {
  let open = store.selectFrom('open_intents').select('seq');
  if (before !== undefined)
    open = open.where(({ eb, or }) =>
      or([eb('at', '<=', before), eb('at', '>', clock.now() + SKEW_MS), eb('answered', '=', 1)]),
    );
  if (subject !== undefined) open = open.where('subject', '=', subject);
  if (event !== undefined) open = open.where('event', '=', event);
  if (factorId !== undefined) open = open.where('factor_id', '=', factorId);
  return store.selectFrom('audit_log').selectAll().where('seq', 'in', open).orderBy('seq').execute();
}

const markRecorded = ({ recorded }: Parts, by: Operation | Actor) => void ('session' in by && recorded.add(by.session));

/** Throws `busy` when the request lost its lock, because another request may be making the same change. */
async function appendIntent(parts: Parts, row: NewRow, written: With & { by: Operation | Actor }) {
  try {
    const seq = await parts.append(row, written);
    markRecorded(parts, written.by);
    return seq;
  } catch (error) {
    throw error instanceof LostLeaseError ? busyUntil(parts.clock.now() + SOON_MS, error) : error;
  }
}

/** Returns false if reconciliation has already written the outcome. Then `inTransaction` wrote nothing. */
async function appendOutcome(
  { store, append }: Parts,
  row: NewRow & { intent: number },
  inTransaction?: InTransaction,
  beside?: RowsBeside,
): Promise<boolean> {
  try {
    await append(row, { inTransaction, beside });
    return true;
  } catch (error) {
    if (error === hasOutcome) return false;
    if (!(error instanceof LostLeaseError)) throw error;
    const open = store.selectFrom('open_intents').select('seq').where('seq', '=', row.intent);
    if (await open.executeTakeFirst()) throw error;
    return false;
  }
}

/** Okta answered, so reconciliation need not wait for the call to end. */
const markAnswered = ({ store }: Parts, seq: number) =>
  store.updateTable('open_intents').set({ answered: 1 }).where('seq', '=', seq).execute();

/** Returns false when `inTransaction` rolled the transaction back. `beside` is called after `inTransaction`. */
async function event(
  parts: Parts,
  by: Operation | Actor,
  details: AuditDetails,
  outcome: Outcome,
  inTransaction?: TransactionStep,
  beside?: RowsBeside,
): Promise<boolean> {
  let isWritten = true;
  try {
    await parts.append(newRow('event', getActor(by), details, outcome), { by, inTransaction, beside });
  } catch (error) {
    if (error !== rolledBack) throw error;
    // For example, an earlier request has already recorded this event.
    isWritten = false;
  }
  markRecorded(parts, by);
  return isWritten;
}

async function events(
  { appendAll }: Parts,
  actor: Actor,
  allDetails: readonly AuditDetails[],
  outcome: Outcome,
  inTransaction: (tx: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  await appendAll(
    allDetails.map((details) => newRow('event', actor, details, outcome)),
    inTransaction,
  );
}

/** Throws a ForeignHeadError when no portal wrote this head. */
async function head({ store, keys, assertOurs }: Parts): Promise<Head> {
  const head = await readHead(store);
  await assertOurs(head, store);
  return head.seq === 0 ? signHead(keys, head) : head;
}

const isRecorded = ({ recorded }: Parts, { session }: Operation): boolean => recorded.has(session);

/** For a change that the person completes at Okta. The intent stays open until reconciliation. */
async function intend(parts: Parts, by: Operation | Actor, details: AuditDetails, reason: AuditReason): Promise<void> {
  // An earlier change of this request has already stored the `Idempotency-Key`.
  const unclaimed = 'type' in by ? { ...by, claim: null } : by;
  await appendIntent(parts, newRow('intent', getActor(by), details, { reason }), { by: unclaimed });
}

const findOpen = (parts: Parts, subject: string, event: AuditEvent, factorId: string): Promise<AuditRow[]> =>
  openIntents(parts, { subject, event, factorId });

/**
 * No intent, no call: when the intent cannot be stored, `call` does not run. Rejects with the error of `call`, or with
 * an UnrecordedOutcome.
 */
async function change<T>(
  parts: Parts,
  by: Operation | Actor,
  details: AuditDetails,
  call: () => Promise<T>,
  { done, classify = classifyFailure, first, besideFirst, mustRecord = false }: ChangeOptions<T> = {},
): Promise<T> {
  const actor = getActor(by);
  const row = newRow('intent', actor, details, {});
  const intent = await appendIntent(parts, row, { by, inTransaction: first, beside: besideFirst });
  const createOutcome = (outcome: Outcome) => ({ ...newRow('outcome', actor, details, outcome), intent });
  let result: T;
  try {
    result = await call();
  } catch (error) {
    const verdict = classify(error);
    if (verdict.outcome === 'failure')
      await appendOutcome(parts, createOutcome({ ...verdict, outcome: 'failure' })).catch((failure: unknown) => {
        if (!(failure instanceof LostLeaseError)) throw failure;
      });
    else if (isAnswered(error)) await tolerate(markAnswered(parts, intent));
    throw error;
  }
  const { factorId, inTransaction, beside } = done?.(result) ?? {};
  const outcome = createOutcome({ outcome: 'success', factorId: factorId ?? null });
  const isOwn = await appendOutcome(parts, outcome, inTransaction, beside).catch((error: unknown) => {
    const lost = error instanceof LostLeaseError;
    throw new UnrecordedOutcome(lost ? new ApiError('org_timeout', {}, { cause: error }) : error);
  });
  if (mustRecord && !isOwn) throw new UnrecordedOutcome(new ApiError('outcome_unknown'));
  return result;
}

/** Oldest first: open intents up to the time `before` (ms), and newer ones whose call Okta has answered. */
const open = (parts: Parts, before: number, subject?: string): Promise<AuditRow[]> =>
  openIntents(parts, { before, ...(subject !== undefined && { subject }) });

/** Oldest first. `before`: how many ms before the intent the rows begin. */
const changesSince = (
  { store }: Parts,
  { seq, at, subject }: AuditRow,
  events: readonly AuditEvent[],
  before: number,
): Promise<AuditRow[]> =>
  store
    .selectFrom('audit_log')
    .selectAll()
    .where('subject', '=', subject)
    .where('event', 'in', events)
    .where(({ eb, or }) => or([eb('seq', '>', seq), eb('at', '>=', at - before)]))
    .where('seq', '<=', lastWritten)
    .orderBy('seq')
    .execute();

/** Returns false if the intent already has an outcome, or if the caller has lost its lock. */
async function reconcile(
  { append }: Parts,
  intent: AuditRow,
  outcome: Outcome,
  inTransaction?: InTransaction,
  beside?: RowsBeside,
) {
  const { at: _at, seq, prev: _prev, hash: _hash, salt: _salt, ...rest } = intent;
  try {
    const reconciled = {
      ...rest,
      type: 'outcome' as const,
      intent: seq,
      outcome: outcome.outcome,
      reason: outcome.reason ?? ('reconciled' satisfies AuditReason),
      factor_id: outcome.factorId ?? rest.factor_id,
    };
    await append(reconciled, { inTransaction, beside });
    return true;
  } catch (error) {
    if (error === hasOutcome || error instanceof LostLeaseError) return false;
    throw error;
  }
}

export type AuditLog = ReturnType<typeof createAuditLog>;

/**
 * A change at Okta and a row of the log cannot share a transaction. So the intent is committed before the call, and the
 * outcome after it. Operators' programs raise no alarms.
 */
export function createAuditLog(
  store: Store,
  clock: Clock,
  keys: AuditKeys,
  committed: Parameters<typeof createAppend>[3] = () => {},
  raise: RaiseAlarm = async () => {},
) {
  const appending = createAppend(store, clock, keys, committed, raise);
  const parts: Parts = { store, clock, keys, recorded: new WeakSet(), ...appending };
  return {
    ...bindParts(parts, { event, events, head, recorded: isRecorded, intend, findOpen, open, changesSince, reconcile }),
    change: <T>(by: Operation | Actor, details: AuditDetails, call: () => Promise<T>, options?: ChangeOptions<T>) =>
      change(parts, by, details, call, options),
    keys,
  };
}
