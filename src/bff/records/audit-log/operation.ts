import type { Expression, SqlBool, Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { lockPeople } from '../../platform/store/change-store.ts';
import { LostLeaseError } from '../../platform/store/lock.ts';
import type { Tables } from '../../platform/store/schema.ts';

/** No user id begins with this prefix. */
export const OPERATOR = 'operator:';

/** Called with the number of an audit row. Writes rows that contain this number. */
export type AfterRow = (seq: number) => Promise<void>;
/**
 * Runs in the transaction of an audit row. All other appends wait for the returned function, so that function must
 * write only rows that no other transaction can have locked.
 */
export type InTransaction = (tx: Transaction<Tables>) => Promise<AfterRow | void>;

/** All rows of an operation share `correlationId`. Without it, the request is an operation of its own. */
export type Actor = Readonly<{
  userId: string | null;
  address: string;
  agent: string;
  requestId: string;
  correlationId?: string | null;
}>;

/**
 * Stores the `Idempotency-Key` after the audit row. This order avoids a deadlock: of two requests with one key, the
 * second already waits for the log's head. `intent` is null for an event.
 */
export type Claim = (tx: Transaction<Tables>, intent: number | null) => Promise<void>;

type OfRequest = Readonly<{ actor: Actor; session: Readonly<{ id: string; user_id: string }>; claim: Claim | null }>;

/** Its rows are written only while the session is alive and, if `freezable`, the person is not frozen. */
export type Decision = OfRequest & Readonly<{ type: 'decision'; freezable: boolean }>;

/**
 * Stops a thief (freeze, sign-out, report). Its rows are written even if the session has ended since the request came.
 */
export type Stop = OfRequest & Readonly<{ type: 'stop' }>;

export type Operation = Decision | Stop;

/** Null for a row that stands alone. */
export const getCorrelationId = ({ correlationId, requestId }: Actor): string | null =>
  correlationId ?? (requestId || null);

/** `correlationId`: of the earlier operation that this operation continues, or null. */
export const continued = <O extends Operation>(operation: O, correlationId: string | null | undefined): O => ({
  ...operation,
  actor: { ...operation.actor, correlationId: correlationId ?? null },
});

/**
 * Throws `signed_out`, `frozen` or a LostLeaseError. A sign-out or a freeze of either person waits until this
 * transaction ends.
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
