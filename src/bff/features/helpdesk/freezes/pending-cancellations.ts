import type { Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { MINUTE_MS, type Clock } from '#clock';
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

/**
 * `begunBefore`: ms since 1970. `pushIds`: factors that a phone may have activated since then.
 * `correlationId`: of the freeze or reset.
 */
type Cancellation = { begunBefore: number; pushIds: string[]; correlationId: string | null };
/** `nextAt`: the worker's next attempt. Both times are in ms since 1970. */
type PendingCancellation = Cancellation & { triedAt: number; nextAt: number };
export const cancellationPending = ({ nextAt }: Pick<PendingCancellation, 'nextAt'>) =>
  new ApiError('cancellation_pending', { retryAt: new Date(nextAt).toISOString() });

export type PendingCancellations = ReturnType<typeof createPendingCancellations>;

const taskId = (userId: string) => `${CANCEL}${userId}`;
const bornAt = ({ created }: Factor): number => Date.parse(created ?? '') || 0;

export const readDetails = ({ details }: Pick<Task, 'details'>) => JSON.parse(details) as Cancellation;

/**
 * Returns unfinished factors, and factors that a phone completed from an enrollment which was open at the freeze or
 * reset.
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

/** Limits the calls to Okta of repeated freezes: one a minute for sessions, three a minute for links. */
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

async function listStarted(userId: string, tx: Store): Promise<string[]> {
  const begun = await tx
    .selectFrom('open_intents')
    .select('factor_id')
    .where('subject', '=', userId)
    .where('event', '=', 'user.mfa.factor.activate')
    .execute();
  return begun.flatMap(({ factor_id }) => factor_id ?? []);
}

/** Returns times in ms since 1970. People without a pending cancellation are left out. */
async function findNext({ store }: Parts, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await store
    .selectFrom('tasks')
    .select(['user_id', 'due_at'])
    .where('id', 'in', userIds.map(taskId))
    .execute();
  return new Map(rows.map(({ user_id, due_at }) => [user_id, due_at]));
}

/** `known`: the details of the person's task, if already read. Null: there is no task. */
async function listToCancel(
  parts: Parts,
  userId: string,
  methods: readonly SecurityMethod[],
  known?: Task['details'] | null,
) {
  const pending = known === undefined ? await find(parts, userId) : known && readDetails({ details: known });
  return new Set(pending ? methods.flatMap((one) => factorsToCancel(one, pending)).map(({ id }) => id) : []);
}

async function assertNotToCancel(parts: Parts, userId: string, factorId: string, tx: Store): Promise<void> {
  const pending = await find(parts, userId, tx);
  if (pending?.pushIds.includes(factorId)) throw cancellationPending(pending);
}

/** `by`: `first` if the person was not frozen, otherwise what repeats the freeze. */
async function add(
  parts: Parts,
  userId: string,
  correlationId: string | null,
  by: 'first' | 'session' | 'link',
  tx: Transaction<Tables>,
): Promise<void> {
  const dueAt = await dueAfterFreeze(parts, userId, by, tx);
  // Not from the grants: those of sessions that have ended are deleted, but a phone can still finish.
  await put(parts, userId, await listStarted(userId, tx), correlationId, tx, dueAt);
}

/** Does nothing if the cancellation is not due or another process runs it. */
const runNow = ({ store, clock }: Parts, userId: string, run: TaskRunner) =>
  runTask({ store, clock }, 'cancel', run, taskId(userId));

async function addStarted(parts: Parts, userId: string, correlationId: string | null, tx: Store) {
  const ids = await listStarted(userId, tx);
  if (ids.length > 0) await put(parts, userId, ids, correlationId, tx);
}

/** A method whose enrollment is still open does not count, because it is cancelled after the reset. */
async function countAsAfterReset({ store, clock }: Parts, userId: string, methods: readonly SecurityMethod[]) {
  const started = { begunBefore: clock.now(), pushIds: await listStarted(userId, store) };
  return methods.map((one) => {
    const cancelled = new Set(factorsToCancel(one, started));
    return { ...one, counts: one.counts && one.members.some((member) => !cancelled.has(member)) };
  });
}

/**
 * For the transaction of an enrollment's outcome.
 * If the person was frozen since the enrollment began, its factor must be cancelled.
 */
const cancelIfFrozen =
  (parts: Parts, userId: string, factorId: string, correlationId: string | null): InTransaction =>
  async (tx) => {
    await lockPeople(tx, userId);
    const frozen = await tx.selectFrom('freezes').select('at').where('user_id', '=', userId).executeTakeFirst();
    if (frozen) await put(parts, userId, [factorId], correlationId, tx);
  };

/** Another freeze or reset may have changed the cancellation, which then stays. */
async function end({ store }: Parts, userId: string, { begunBefore, pushIds, correlationId }: Cancellation) {
  const details = JSON.stringify({ begunBefore, pushIds, correlationId } satisfies Cancellation);
  await store.deleteFrom('tasks').where('id', '=', taskId(userId)).where('details', '=', details).execute();
}

const recordFailed = ({ store, clock }: Parts, userId: string): Promise<void> =>
  recordFailedTry(store, clock.now(), taskId(userId));

/** Each person has at most one task `cancel`. */
export const createPendingCancellations = (store: Store, clock: Clock) =>
  bindParts(
    { store, clock, prepared: prepareRow(store) },
    {
      of: find,
      findNext,
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
