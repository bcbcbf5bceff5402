import type { Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { InTransaction } from '../../../records/audit-log/audit-log.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import { addCounts, findRetryAt } from '../../../records/audit-log/counts.ts';
import {
  addTask,
  CANCEL,
  recordFailedTry,
  runTask,
  type Task,
  type TaskRunner,
} from '../../../platform/lifecycle/tasks.ts';

/** How far Okta's clock may be ahead of the portal's, in ms. */
const SKEW_MS = 60_000;
const MINUTE_MS = 60_000;

/**
 * The enrollments to cancel: all that started before `begunBefore` (ms since 1970), and `pushIds`, which may have been
 * completed on a phone since. `correlationId`: the operation of the freeze or reset.
 */
type Cancellation = { begunBefore: number; pushIds: string[]; correlationId: string | null };
/** `triedAt`: the last attempt; `nextAt`: the worker's next attempt (ms since 1970). */
type PendingCancellation = Cancellation & { triedAt: number; nextAt: number };
export const cancellationPending = ({ nextAt }: Pick<PendingCancellation, 'nextAt'>) =>
  new ApiError('cancellation_pending', { retryAt: new Date(nextAt).toISOString() });

export type PendingCancellations = ReturnType<typeof createPendingCancellations>;

const taskId = (userId: string) => `${CANCEL}${userId}`;
const bornAt = ({ created }: Factor): number => Date.parse(created ?? '') || 0;

export const readDetails = ({ details }: Pick<Task, 'details'>) => JSON.parse(details) as Cancellation;

/**
 * Returns the factors of one method to cancel: unfinished factors, and factors that a phone completed from an
 * enrollment which was open at the freeze or reset.
 */
export function factorsToCancel(
  { members }: SecurityMethod,
  { begunBefore, pushIds }: Pick<Cancellation, 'begunBefore' | 'pushIds'>,
): Factor[] {
  const begun = members.find(({ id }) => pushIds.includes(id));
  return members.filter((one) => {
    const pending = one.status === 'PENDING_ACTIVATION' && bornAt(one) <= begunBefore + SKEW_MS;
    return pending || (begun !== undefined && bornAt(one) >= bornAt(begun));
  });
}

const selectTask = (id: string, db: Store) => db.selectFrom('tasks').selectAll().where('id', '=', id);
const prepareRow = (store: Store) => prepare(store, (value: Value<{ id: string }>) => selectTask(value('id'), store));

type Parts = { store: Store; clock: Clock; prepared: ReturnType<typeof prepareRow> };

async function find({ prepared }: Parts, userId: string, tx?: Store): Promise<PendingCancellation | null> {
  const [row] = await (tx ? selectTask(taskId(userId), tx).execute() : prepared({ id: taskId(userId) }));
  return row ? { ...readDetails(row), triedAt: row.tried_at, nextAt: row.due_at } : null;
}

/** Adds factors to the person's cancellation, which the worker runs at `dueAt`. */
async function put(
  parts: Parts,
  userId: string,
  factorIds: readonly string[],
  correlationId: string | null,
  tx: Store,
  dueAt = parts.clock.now(),
) {
  const pushIds = [...new Set([...((await find(parts, userId, tx))?.pushIds ?? []), ...factorIds])];
  const details = JSON.stringify({ begunBefore: parts.clock.now(), pushIds, correlationId } satisfies Cancellation);
  await addTask(tx, dueAt, { id: taskId(userId), kind: 'cancel', user_id: userId, details });
}

/**
 * Returns when the calls to Okta after a freeze are due, and counts these calls. If sessions repeat the freeze, the
 * calls are made at most once a minute. If links repeat the freeze, they are made at most three times a minute.
 */
async function dueAfterFreeze(parts: Parts, userId: string, by: 'first' | 'session' | 'link', tx: Transaction<Tables>) {
  const now = parts.clock.now();
  const pending = await find(parts, userId, tx);
  if (pending && by === 'session' && pending.nextAt <= now + MINUTE_MS) return pending.nextAt;
  const work = { kind: 'freeze_work', who: userId } as const;
  const most = by === 'link' ? 3 : 1;
  const retryAt = by === 'first' ? null : await findRetryAt(tx, now, { ...work, most, windowMs: MINUTE_MS });
  const dueAt = Math.min(retryAt === null ? now : Date.parse(retryAt), pending?.nextAt ?? Infinity);
  await addCounts(tx, dueAt, [work], null);
  return dueAt;
}

/** Returns the ids of the factors that a phone can still complete. */
async function listStarted(userId: string, tx: Store): Promise<string[]> {
  const begun = await tx
    .selectFrom('open_intents')
    .select('factor_id')
    .where('subject', '=', userId)
    .where('event', '=', 'user.mfa.factor.activate')
    .execute();
  return begun.flatMap(({ factor_id }) => factor_id ?? []);
}

/** Returns each person's next attempt (ms since 1970). People without a pending cancellation are left out. */
async function findNext({ store }: Parts, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await store
    .selectFrom('tasks')
    .select(['user_id', 'due_at'])
    .where('id', 'in', userIds.map(taskId))
    .execute();
  return new Map(rows.map(({ user_id, due_at }) => [user_id, due_at]));
}

/**
 * Returns the ids of these methods' factors that must still be cancelled at Okta.
 * @param known the details of the person's task, if just read; null: there is no task
 */
async function listToCancel(
  parts: Parts,
  userId: string,
  methods: readonly SecurityMethod[],
  known?: Task['details'] | null,
) {
  const pending = known === undefined ? await find(parts, userId) : known && readDetails({ details: known });
  return new Set(pending ? methods.flatMap((one) => factorsToCancel(one, pending)).map(({ id }) => id) : []);
}

/** Throws `cancellation_pending` if the enrollment must be cancelled. */
async function assertNotToCancel(parts: Parts, userId: string, factorId: string, tx: Store): Promise<void> {
  const pending = await find(parts, userId, tx);
  if (pending?.pushIds.includes(factorId)) throw cancellationPending(pending);
}

/**
 * Stores, at a freeze, the enrollments that the person has started.
 * @param by `first`: the person was not frozen; otherwise, what repeats the freeze
 * @param tx the transaction of the freeze, before it ends the sessions
 */
async function add(
  parts: Parts,
  userId: string,
  correlationId: string | null,
  by: 'first' | 'session' | 'link',
  tx: Transaction<Tables>,
): Promise<void> {
  const begun = await tx
    .selectFrom('sessions')
    .innerJoin('grants', 'grants.session_id', 'sessions.id')
    .select('grants.factor_id')
    .where('sessions.user_id', '=', userId)
    .where('grants.how', '=', 'poll')
    .execute();
  await put(
    parts,
    userId,
    begun.map(({ factor_id }) => factor_id),
    correlationId,
    tx,
    await dueAfterFreeze(parts, userId, by, tx),
  );
}

/** Runs the person's cancellation if it is due, unless another process is running it. */
const runNow = ({ store, clock }: Parts, userId: string, run: TaskRunner) =>
  runTask({ store, clock }, 'cancel', run, taskId(userId));

/**
 * Stores the enrollments that a phone can still complete, if there are any.
 * @param tx the transaction of the reset
 */
async function addStarted(parts: Parts, userId: string, correlationId: string | null, tx: Store) {
  const ids = await listStarted(userId, tx);
  if (ids.length > 0) await put(parts, userId, ids, correlationId, tx);
}

/** Returns the methods after a reset. A method from an enrollment that was open before the reset does not count. */
async function countAsAfterReset({ store, clock }: Parts, userId: string, methods: readonly SecurityMethod[]) {
  const started = { begunBefore: clock.now(), pushIds: await listStarted(userId, store) };
  return methods.map((one) => {
    const cancelled = new Set(factorsToCancel(one, started));
    return { ...one, counts: one.counts && one.members.some((member) => !cancelled.has(member)) };
  });
}

/**
 * For the transaction of an enrollment's outcome: if the person has been frozen since the enrollment began, stores its
 * factor for cancellation.
 */
const cancelIfFrozen =
  (parts: Parts, userId: string, factorId: string, correlationId: string | null): InTransaction =>
  async (tx) => {
    await lockPeople(tx, userId);
    const frozen = await tx.selectFrom('freezes').select('at').where('user_id', '=', userId).executeTakeFirst();
    if (frozen) await put(parts, userId, [factorId], correlationId, tx);
  };

/** Deletes a finished cancellation, unless another freeze or reset has changed it. */
async function end({ store }: Parts, userId: string, { begunBefore, pushIds, correlationId }: Cancellation) {
  const details = JSON.stringify({ begunBefore, pushIds, correlationId } satisfies Cancellation);
  await store.deleteFrom('tasks').where('id', '=', taskId(userId)).where('details', '=', details).execute();
}

/** Records that a request has tried to cancel and failed. */
const recordFailed = ({ store, clock }: Parts, userId: string): Promise<void> =>
  recordFailedTry(store, clock.now(), taskId(userId));

/**
 * Creates the service for pending cancellations: unfinished enrollments that the portal must still cancel at Okta. Each
 * person's cancellation is a task `cancel`, whose details are a `Cancellation`.
 */
export const createPendingCancellations = (store: Store, clock: Clock) =>
  bindParts(
    { store, clock, prepared: prepareRow(store) },
    {
      of: find,
      findNext: findNext,
      toCancel: listToCancel,
      assertNotToCancel,
      add,
      runNow,
      addStarted,
      asAfterReset: countAsAfterReset,
      ifFrozen: cancelIfFrozen,
      done: end,
      failed: recordFailed,
    },
  );
