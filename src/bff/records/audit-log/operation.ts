import type { Expression, SqlBool, Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { lockPeople } from '../../platform/store/change-store.ts';
import { LostLeaseError } from '../../platform/store/lock.ts';
import type { Tables } from '../../platform/store/schema.ts';

/** The prefix of the actor of a command on the server; no user id begins with it. */
export const OPERATOR = 'operator:';

/** Writes what needs the number of its audit row. */
export type AfterRow = (seq: number) => Promise<void>;
/**
 * Writes more rows in the transaction of an audit row, mostly notifications: first what can be written without the
 * row's number, then (the function that it returns) what needs it. The log's head is locked in between, and every other
 * append waits for it: the function writes only rows that nobody else can hold.
 */
export type InTransaction = (tx: Transaction<Tables>) => Promise<AfterRow | void>;

/**
 * Who acts, from which address and browser, in which request. All rows of an operation share `correlationId`; without
 * it, the request is an operation of its own. What an actor writes has happened, so it is always written.
 */
export type Actor = Readonly<{
  userId: string | null;
  address: string;
  agent: string;
  requestId: string;
  correlationId?: string | null;
}>;

/**
 * Writes a request's `Idempotency-Key` in the transaction of each of its intents and successful events, after the row:
 * of two requests with one key, the second then waits for the log's head, and holds nothing that the first waits for.
 * @param intent the intent's number; null: an event, which has happened
 */
export type Claim = (tx: Transaction<Tables>, intent: number | null) => Promise<void>;

type OfRequest = Readonly<{ actor: Actor; session: Readonly<{ id: string; user_id: string }>; claim: Claim | null }>;

/** What a request decides: written only while its session is alive and, if `freezable`, its person is not frozen. */
export type Decision = OfRequest & Readonly<{ type: 'decision'; freezable: boolean }>;

/** What stops a thief: written whatever has happened since the request arrived with a live session. */
export type Stop = OfRequest & Readonly<{ type: 'stop' }>;

/** What a request does from its beginning to its last row. */
export type Operation = Decision | Stop;

/** Returns the id that all rows of an actor's operation share; null for rows that stand alone. */
export const getCorrelationId = ({ correlationId, requestId }: Actor): string | null =>
  correlationId ?? (requestId || null);

/** Returns an operation that continues another one, whose correlation id its rows get; null: it continues none. */
export const continued = <O extends Operation>(operation: O, correlationId: string | null | undefined): O => ({
  ...operation,
  actor: { ...operation.actor, correlationId: correlationId ?? null },
});

/**
 * Throws `signed_out` if a decision's session has ended, and `frozen` if its person must not be frozen and is. The end
 * of the session by the person, and a freeze, then wait for this transaction.
 * Throws a LostLeaseError if the request does not hold its locks.
 * @param subject is locked too, so that nobody locks the two in another order
 * @param isHeld the condition that it holds them
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
