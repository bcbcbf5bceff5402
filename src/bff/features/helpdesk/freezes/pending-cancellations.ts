import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { InTransaction } from '../../../records/audit-log/audit-log.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { upsert } from '../../../platform/store/upsert.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AT_ONCE = 20;
/** How far Okta's clock may be ahead of the portal's. */
const SKEW_MS = 60_000;

/**
 * The enrollments to cancel: all that started before `begunBefore` (milliseconds), and `pushIds`, which a phone may
 * have completed meanwhile. `correlationId` names the operation of the freeze or reset that they follow from. `triedAt`: the
 * last try; `nextAt`: the reconciliation's next one (milliseconds).
 */
type PendingCancellation = {
  begunBefore: number;
  pushIds: string[];
  correlationId: string | null;
  triedAt: number;
  nextAt: number;
};
export const cancellationPending = ({ nextAt }: Pick<PendingCancellation, 'nextAt'>) =>
  new ApiError('cancellation_pending', { retryAt: new Date(nextAt).toISOString() });

export type PendingCancellations = ReturnType<typeof createPendingCancellations>;

const bornAt = ({ created }: Factor): number => Date.parse(created ?? '') || 0;

/**
 * Returns the factors of one method to cancel: unfinished ones, and those that a phone completed from an enrollment
 * that was open at the freeze or reset.
 */
export function factorsToCancel(
  { members }: SecurityMethod,
  { begunBefore, pushIds }: Pick<PendingCancellation, 'begunBefore' | 'pushIds'>,
): Factor[] {
  const begun = members.find(({ id }) => pushIds.includes(id));
  return members.filter((one) => {
    const pending = one.status === 'PENDING_ACTIVATION' && bornAt(one) <= begunBefore + SKEW_MS;
    return pending || (begun !== undefined && bornAt(one) >= bornAt(begun));
  });
}

/** Creates the pending cancellations: the people whose unfinished enrollments the portal must still cancel at Okta. */
export function createPendingCancellations(store: Store, clock: Clock) {
  const rowOf = (userId: string, db: Store) =>
    db.selectFrom('pending_cancellations').selectAll().where('user_id', '=', userId);
  const prepared = prepare(store, (value: Value<{ userId: string }>) => rowOf(value('userId'), store));

  async function of(userId: string, tx?: Store): Promise<PendingCancellation | null> {
    const [row] = await (tx ? rowOf(userId, tx).execute() : prepared({ userId }));
    if (!row) return null;
    return {
      begunBefore: row.begun_before,
      pushIds: JSON.parse(row.push_ids) as string[],
      correlationId: row.correlation_id,
      triedAt: row.tried_at,
      nextAt: row.next_at,
    };
  }

  /** Adds factors to those of the person, and lets the next run cancel them. */
  async function put(
    userId: string,
    factorIds: readonly string[],
    correlation_id: string | null,
    tx: Store,
  ): Promise<void> {
    const now = clock.now();
    const push_ids = JSON.stringify([...new Set([...((await of(userId, tx))?.pushIds ?? []), ...factorIds])]);
    const row = { user_id: userId, begun_before: now, push_ids, tries: 0, tried_at: 0, next_at: now, correlation_id };
    await upsert(tx, 'pending_cancellations', ['user_id'], row);
  }

  /** Returns the enrollments that a phone can still complete. */
  async function startedOf(userId: string, tx: Store): Promise<string[]> {
    const begun = await tx
      .selectFrom('open_intents')
      .select('factor_id')
      .where('subject', '=', userId)
      .where('event', '=', 'user.mfa.factor.activate')
      .execute();
    return begun.flatMap(({ factor_id }) => factor_id ?? []);
  }

  return {
    of,

    /** Returns when the next try is due (milliseconds), for those of these people who have one. */
    async nextOf(userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
      if (userIds.length === 0) return new Map();
      const rows = await store
        .selectFrom('pending_cancellations')
        .select(['user_id', 'next_at'])
        .where('user_id', 'in', userIds)
        .execute();
      return new Map(rows.map(({ user_id, next_at }) => [user_id, next_at]));
    },

    /** Returns the ids of the factors among these methods that must still be cancelled at Okta. */
    async toCancel(userId: string, methods: readonly SecurityMethod[]): Promise<ReadonlySet<string>> {
      const pending = await of(userId);
      return new Set(pending ? methods.flatMap((one) => factorsToCancel(one, pending)).map(({ id }) => id) : []);
    },

    /** Throws `cancellation_pending` for an enrollment that must be cancelled. */
    async assertNotToCancel(userId: string, factorId: string, tx: Store): Promise<void> {
      const pending = await of(userId, tx);
      if (pending?.pushIds.includes(factorId)) throw cancellationPending(pending);
    },

    /**
     * Stores all enrollments that a person has started.
     * @param tx the transaction of the freeze, before it ends their sessions
     */
    async add(userId: string, correlationId: string | null, tx: Store): Promise<void> {
      const begun = await tx
        .selectFrom('sessions')
        .innerJoin('grants', 'grants.session_id', 'sessions.id')
        .select('grants.factor_id')
        .where('sessions.user_id', '=', userId)
        .where('grants.how', '=', 'poll')
        .execute();
      await put(
        userId,
        begun.map(({ factor_id }) => factor_id),
        correlationId,
        tx,
      );
    },

    /**
     * Stores the enrollments that a phone could still complete, if there are any.
     * @param tx the transaction of the reset
     */
    async addStarted(userId: string, correlationId: string | null, tx: Store): Promise<void> {
      const ids = await startedOf(userId, tx);
      if (ids.length > 0) await put(userId, ids, correlationId, tx);
    },

    /**
     * Returns the methods after a reset as they count then: what a phone completed of an enrollment that had started
     * before does not.
     */
    async asAfterReset(userId: string, methods: readonly SecurityMethod[]): Promise<SecurityMethod[]> {
      const started = { begunBefore: clock.now(), pushIds: await startedOf(userId, store) };
      return methods.map((one) => {
        const cancelled = new Set(factorsToCancel(one, started));
        return { ...one, counts: one.counts && one.members.some((member) => !cancelled.has(member)) };
      });
    },

    /**
     * Returns what an enrollment writes with its outcome: if its person was frozen meanwhile, the factor must be
     * cancelled, active or not.
     */
    ifFrozen:
      (userId: string, factorId: string, correlationId: string | null): InTransaction =>
      async (tx) => {
        await lockPeople(tx, userId);
        const frozen = await tx.selectFrom('freezes').select('at').where('user_id', '=', userId).executeTakeFirst();
        if (frozen) await put(userId, [factorId], correlationId, tx);
      },

    /** Returns the people whose cancellation is due for another try. */
    async due(): Promise<string[]> {
      const rows = await store
        .selectFrom('pending_cancellations')
        .select('user_id')
        .where('next_at', '<=', clock.now())
        .orderBy('next_at')
        .limit(AT_ONCE)
        .execute();
      return rows.map(({ user_id }) => user_id);
    },

    async done(userId: string, { begunBefore }: PendingCancellation): Promise<void> {
      await store
        .deleteFrom('pending_cancellations')
        .where('user_id', '=', userId)
        .where('begun_before', '=', begunBefore)
        .execute();
    },

    /**
     * Notes a failed try. After one that was due, the next is due after 1, 2, 4 … minutes, at least once an hour; other
     * tries do not delay it.
     */
    async later(userId: string): Promise<void> {
      const now = clock.now();
      const row = await store
        .selectFrom('pending_cancellations')
        .select(['tries', 'next_at'])
        .where('user_id', '=', userId)
        .executeTakeFirst();
      if (!row) return;
      const isDue = row.next_at <= now;
      const next_at = isDue ? now + Math.min(HOUR_MS, MINUTE_MS * 2 ** Math.min(row.tries, 10)) : row.next_at;
      await store
        .updateTable('pending_cancellations')
        .set({ tries: row.tries + (isDue ? 1 : 0), tried_at: now, next_at })
        .where('user_id', '=', userId)
        .execute();
    },
  };
}
