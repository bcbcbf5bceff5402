import { printPurpose } from '#contract/purposes.ts';
import { sql } from 'kysely';
import { addresses } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { factorKinds, type VerificationType, type FactorKind } from '#contract/kinds.ts';
import type { Clock } from '#clock';
import { least } from '#database/portable-sql.ts';
import { lockNames } from '#database/row-locks.ts';
import { classifyFailure } from '../../platform/errors/api-errors.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { randomToken } from '../../platform/store/secrets.ts';
import { assertKindOpen, countMisses, listAttemptTimes, listGuessedKinds } from './code-counts.ts';
import { countTriesLeft, MOST_IN_A_ROW, NOTIFY_FROM, WINDOW_MS, withinDay } from './wrong-code-limits.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** Longer than any call to Okta, in ms. An attempt without an answer after this time stays counted as wrong. */
const CALL_MS = 60_000;
/** In ms: Okta gives the times of sign-ins in whole seconds. */
const CLOCK_MARGIN_MS = 1000;

/** One code, answer or signature that Okta is about to check. */
export type CodeAttempt = {
  userId: string;
  kind: FactorKind;
  verificationType: VerificationType;
  /** Whether the person has a key for the portal. If so, the last attempt before the lock-out is for the key only. */
  hasKey: () => Promise<boolean>;
  /** Whether a right code clears the counts. An activation code does not: a thief who enrolls has right codes. */
  clears: boolean;
};

/** `limit`: the most wrong codes in a row. `answered`: ids of the attempts that Okta had answered before this one. */
type ReservedAttempt = { id: string; limit: number; answered: ReadonlySet<string> };

/** Counts each attempt as wrong before the call to Okta, so parallel and lost calls count too (ADR 0015). */
export type CodeAttempts = ReturnType<typeof createCodeAttempts>;

/** One transaction at a time may write a person's counts, because the counts depend on each other. */
const lockCounts = (tx: Store, userId: string) => lockNames(tx, `wrong codes ${userId}`);

/** `lockout`: how many wrong codes in a row lock an account at Okta. `wrong` is called for each wrong code. */
type Parts = { store: Store; clock: Clock; lockout: number; wrong: (kind: FactorKind) => void };

const isGuess = ({ verificationType }: Pick<CodeAttempt, 'verificationType'>) => verificationType !== 'key';

const closedAtOkta = () =>
  new ApiError('too_many_attempts', {
    closed: 'all',
    signIn: addresses.stepUp(printPurpose({ name: 'codes', kind: null }), '/'),
  });

async function getLimit({ store, lockout }: Parts, attempt: CodeAttempt): Promise<number> {
  // Before the first wrong code, the last attempt need not be kept for a key, so the methods are not read.
  const spare = isGuess(attempt) && (await countMisses(store, attempt.userId)) > 0 && (await attempt.hasKey()) ? 1 : 0;
  return Math.max(1, lockout - 1 - spare);
}

/** Throws `too_many_attempts` at a limit. */
async function reserve(parts: Parts, attempt: CodeAttempt): Promise<ReservedAttempt> {
  const { userId, kind } = attempt;
  const limit = await getLimit(parts, attempt);
  const id = randomToken(12);
  return changeStore(parts.store, async (tx) => {
    await lockCounts(tx, userId);
    const now = parts.clock.now();
    await tx
      .insertInto('lockout_misses')
      .values({ user_id: userId, misses: 0, missed_at: 0, notified_at: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const counted = await tx
      .updateTable('lockout_misses')
      .set((row) => ({ misses: row('misses', '+', 1), missed_at: now }))
      .where('user_id', '=', userId)
      .where('misses', '<', limit)
      .executeTakeFirst();
    if (counted.numUpdatedRows === 0n) throw closedAtOkta();
    if (isGuess(attempt)) {
      await assertKindOpen(tx, now, attempt);
      await tx
        .insertInto('wrong_code_counts')
        .values({ user_id: userId, kind, misses: 1, missed_at: now })
        .onConflict((conflict) =>
          conflict
            .columns(['user_id', 'kind'])
            .doUpdateSet((row) => ({ misses: row('wrong_code_counts.misses', '+', 1), missed_at: now })),
        )
        .execute();
    }
    const answered = await listAnswered(parts, userId, tx);
    await tx.insertInto('code_attempts').values({ id, user_id: userId, kind, at: now, pending: 1 }).execute();
    return { id, limit, answered };
  });
}

/** Returns the ids of attempts that Okta has answered, or that are too old to be answered. */
async function listAnswered({ clock }: Parts, userId: string, tx: Store): Promise<ReadonlySet<string>> {
  const before = clock.now() - CALL_MS;
  const all = tx.selectFrom('code_attempts').select('id').where('user_id', '=', userId);
  const rows = await all.where(({ or, eb }) => or([eb('pending', '=', 0), eb('at', '<=', before)])).execute();
  return new Set(rows.map(({ id }) => id));
}

async function uncount({ userId, kind }: CodeAttempt, id: string, tx: Store): Promise<void> {
  const gone = await tx.deleteFrom('code_attempts').where('id', '=', id).executeTakeFirst();
  if (gone.numDeletedRows === 0n) return;
  await tx
    .updateTable('lockout_misses')
    .set((row) => ({ misses: row('misses', '-', 1) }))
    .where('user_id', '=', userId)
    .where('misses', '>', 0)
    .execute();
  await tx
    .updateTable('wrong_code_counts')
    .set((row) => ({ misses: row('misses', '-', 1) }))
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .where('misses', '>', 0)
    .execute();
}

/** Attempts without an answer when this attempt began stay counted: Okta may check them after the right code. */
async function clear({ userId, kind }: CodeAttempt, { answered }: ReservedAttempt, tx: Store): Promise<void> {
  const ids = [...answered];
  if (ids.length > 0) await tx.deleteFrom('code_attempts').where('kind', '=', kind).where('id', 'in', ids).execute();
  const rows = await tx.selectFrom('code_attempts').select(['id', 'kind']).where('user_id', '=', userId).execute();
  const open = rows.filter(({ id }) => !answered.has(id));
  await tx
    .updateTable('lockout_misses')
    .set({ misses: least(sql.ref('misses'), open.length) })
    .where('user_id', '=', userId)
    .execute();
  await tx
    .updateTable('wrong_code_counts')
    .set({ misses: least(sql.ref('misses'), open.filter((one) => one.kind === kind).length) })
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .execute();
}

async function createWrongCodeError(
  { store, clock }: Parts,
  attempt: CodeAttempt,
  { id, limit }: ReservedAttempt,
  cause: unknown,
): Promise<ApiError> {
  const { userId } = attempt;
  return changeStore(store, async (tx) => {
    await lockCounts(tx, userId);
    await tx.updateTable('code_attempts').set({ pending: 0 }).where('id', '=', id).execute();
    const now = clock.now();
    const left = limit - (await countMisses(tx, userId));
    if (left <= 0) return closedAtOkta();
    if (!isGuess(attempt)) return new ApiError('wrong_code', { triesLeft: left }, { cause });
    try {
      await assertKindOpen(tx, now, attempt);
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
    const triesLeft = Math.min(left, countTriesLeft(await listAttemptTimes(tx, now, attempt), now));
    return new ApiError('wrong_code', { triesLeft }, { cause });
  });
}

/** `check` rejects with `wrong_code` for a wrong code. A lost answer counts as wrong. Throws `too_many_attempts`. */
async function guardAttempt<T>(parts: Parts, attempt: CodeAttempt, check: () => Promise<T>): Promise<T> {
  const reserved = await reserve(parts, attempt);
  let result: T;
  try {
    result = await check();
  } catch (error) {
    const code = error instanceof ApiError ? error.code : 'internal';
    if (code === 'wrong_code') {
      parts.wrong(attempt.kind);
      throw await createWrongCodeError(parts, attempt, reserved, (error as ApiError).cause);
    }
    if (code === 'locked' || code === 'internal' || classifyFailure(error).outcome === 'unknown') {
      await parts.store.updateTable('code_attempts').set({ pending: 0 }).where('id', '=', reserved.id).execute();
    } else {
      await changeStore(parts.store, async (tx) => {
        await lockCounts(tx, attempt.userId);
        await uncount(attempt, reserved.id, tx);
      });
    }
    throw error;
  }
  await changeStore(parts.store, async (tx) => {
    await lockCounts(tx, attempt.userId);
    await uncount(attempt, reserved.id, tx);
    if (attempt.clears) await clear(attempt, reserved, tx);
  });
  return result;
}

/** Throws `too_many_attempts` if this attempt would be refused. Call it before a code is sent. */
async function assertOpen(parts: Parts, attempt: CodeAttempt): Promise<void> {
  if ((await countMisses(parts.store, attempt.userId)) >= (await getLimit(parts, attempt))) throw closedAtOkta();
  if (isGuess(attempt)) await assertKindOpen(parts.store, parts.clock.now(), attempt);
}

/** A sign-in at Okta clears Okta's count of wrong codes too. `at`: when the person signed in (ms since 1970). */
async function clearBySignIn({ store, clock }: Parts, userId: string, at: number, strength: number): Promise<void> {
  const before = at - CLOCK_MARGIN_MS;
  const opened = factorKinds.filter((kind) => kinds[kind].strength <= strength);
  await changeStore(store, async (tx) => {
    await lockCounts(tx, userId);
    const row = await tx
      .updateTable('lockout_misses')
      .set({ misses: 0 })
      .where('user_id', '=', userId)
      .where('missed_at', '<', before)
      .executeTakeFirst();
    if (row.numUpdatedRows > 0n) {
      const { length } = await tx
        .selectFrom('code_attempts')
        .select('id')
        .where('user_id', '=', userId)
        .where('pending', '=', 1)
        .where('at', '>', clock.now() - CALL_MS)
        .execute();
      if (length > 0)
        await tx.updateTable('lockout_misses').set({ misses: length }).where('user_id', '=', userId).execute();
    }
    if (opened.length === 0) return;
    await tx
      .updateTable('wrong_code_counts')
      .set({ misses: 0 })
      .where('user_id', '=', userId)
      .where('kind', 'in', opened)
      .where('misses', '>=', MOST_IN_A_ROW)
      .where('missed_at', '<', before)
      .execute();
  });
}

/** Keeps the count of wrong codes in a row, because Okta keeps its own count too. */
async function forgetWrongCodes(userId: string, tx: Store): Promise<void> {
  await lockCounts(tx, userId);
  await tx.deleteFrom('code_attempts').where('user_id', '=', userId).execute();
  await tx.deleteFrom('wrong_code_counts').where('user_id', '=', userId).execute();
}

async function hasManyWrongCodes({ store, clock }: Parts, userId: string, kind: FactorKind): Promise<boolean> {
  return withinDay(await listAttemptTimes(store, clock.now(), { userId, kind }), clock.now()) >= NOTIFY_FROM;
}

/** Returns false if the person was notified in the last 24 hours. */
async function takeNotification({ clock }: Parts, userId: string, tx: Store): Promise<boolean> {
  const now = clock.now();
  const taken = await tx
    .updateTable('lockout_misses')
    .set({ notified_at: now })
    .where('user_id', '=', userId)
    .where('notified_at', '<=', now - WINDOW_MS)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

export const createCodeAttempts = (parts: Parts) => ({
  ...bindParts(parts, { assertOpen, signedIn: clearBySignIn, hasManyWrongCodes, takeNotification }),
  listGuessedKinds: (userId: string) => listGuessedKinds(parts.store, userId),
  guard: <T>(attempt: CodeAttempt, check: () => Promise<T>) => guardAttempt(parts, attempt, check),
  forgetWrongCodes,
});
