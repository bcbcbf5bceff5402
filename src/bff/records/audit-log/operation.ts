import type { Expression, SqlBool, Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { lockPeople } from '../../platform/store/change-store.ts';
import { LostLeaseError } from '../../platform/store/lock.ts';
import type { Tables } from '../../platform/store/schema.ts';

/** Prefix of the audit log's `actor` for an operator's command. No user id begins with it. */
export const OPERATOR = 'operator:';

/** Called with the number of an audit row. Writes rows that contain this number. */
export type AfterRow = (seq: number) => Promise<void>;
/**
 * Writes more rows, mostly notifications, in the transaction of an audit row. Rows that need the audit row's number are
 * written by the returned function. All other appends wait for the returned function. So it must write only rows that
 * no other transaction can have locked.
 */
export type InTransaction = (tx: Transaction<Tables>) => Promise<AfterRow | void>;

/**
 * Who acts, from which address and browser, in which request. All rows of an operation share `correlationId`; without
 * it, the request is an operation of its own.
 */
export type Actor = Readonly<{
  userId: string | null;
  address: string;
  agent: string;
  requestId: string;
  correlationId?: string | null;
}>;

/**
 * Stores a request's `Idempotency-Key` in the transaction of each of its intents and successful events, after the audit
 * row. This order avoids a deadlock: of two requests with one key, the second already waits for the log's head.
 * @param intent the intent's number; null for an event
 */
export type Claim = (tx: Transaction<Tables>, intent: number | null) => Promise<void>;

type OfRequest = Readonly<{ actor: Actor; session: Readonly<{ id: string; user_id: string }>; claim: Claim | null }>;

/**
 * The operation of a request that decides something. Its rows are written only while the session is alive and, if
 * `freezable`, the person is not frozen.
 */
export type Decision = OfRequest & Readonly<{ type: 'decision'; freezable: boolean }>;

/**
 * The operation of a request that stops a thief (freeze, sign-out, report). Its rows are written even if the session
 * has ended since the request arrived.
 */
export type Stop = OfRequest & Readonly<{ type: 'stop' }>;

/** One request in the audit log, from its beginning to its last row. */
export type Operation = Decision | Stop;

/** Returns the id that all rows of an actor's operation share; null for a row that stands alone. */
export const getCorrelationId = ({ correlationId, requestId }: Actor): string | null =>
  correlationId ?? (requestId || null);

/** Returns the operation with the correlation id of an earlier operation that it continues. Null: it continues none. */
export const continued = <O extends Operation>(operation: O, correlationId: string | null | undefined): O => ({
  ...operation,
  actor: { ...operation.actor, correlationId: correlationId ?? null },
});

/**
 * Throws if a request may not decide, or not any more: `signed_out` if its session has ended, `frozen` if the session's
 * person is frozen and a freeze forbids the decision (`freezable`), a LostLeaseError if the request has lost a lock.
 * Locks the session's person and the subject: a sign-out or a freeze of either waits until this transaction ends.
 * @param subject locked together with the session's person, so that all transactions lock people in one order
 * @param isHeld SQL condition: the request holds its locks
 */
export async function assertMayDecide(
  tx: Transaction<Tables>,
  { session, freezable }: Decision,
  subject: string | null,
  isHeld: Expression<SqlBool>,
): Promise<void> {
  await lockPeople(tx, session.user_id, subject);
  const found = await tx
    .selectFrom('sessions')
    .leftJoin('freezes', 'freezes.user_id', 'sessions.user_id')
    .select((eb) => ['freezes.user_id as frozen', eb.and([isHeld]).as('held')])
    .where('sessions.id', '=', session.id)
    .executeTakeFirst();
  if (!found) throw new ApiError('signed_out');
  if (!found.held) throw new LostLeaseError('a lease ended before the request decided');
  if (freezable && found.frozen !== null) throw new ApiError('frozen');
}
