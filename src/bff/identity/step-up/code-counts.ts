import { printPurpose } from '#contract/purposes.ts';
import { addresses } from '#contract/endpoints.ts';
import { ApiError, type ErrorDetails } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { retention } from '../../platform/lifecycle/prune.ts';
import type { Store } from '../../platform/store/open.ts';
import { closedUntil, MOST_IN_A_ROW } from './wrong-code-limits.ts';

/** Counts a person's wrong codes in a row, over all methods. */
export async function countMisses(tx: Store, userId: string): Promise<number> {
  const row = await tx.selectFrom('lockout_misses').select('misses').where('user_id', '=', userId).executeTakeFirst();
  return row?.misses ?? 0;
}

/** Returns the kinds for which a person ever entered a wrong code. */
export async function listGuessedKinds(store: Store, userId: string): Promise<FactorKind[]> {
  const rows = await store.selectFrom('wrong_code_counts').select('kind').where('user_id', '=', userId).execute();
  return rows.map(({ kind }) => kind as FactorKind);
}

type Guesser = { userId: string; kind: FactorKind };

/** Times (ms, ascending) of the attempts of the last two days that count as wrong. */
export async function listAttemptTimes(tx: Store, now: number, { userId, kind }: Guesser): Promise<number[]> {
  const rows = await tx
    .selectFrom('code_attempts')
    .select('at')
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .where('at', '>', now - retention.codeAttempts)
    .orderBy('at')
    .execute();
  return rows.map(({ at }) => at);
}

/** Throws `too_many_attempts` while wrong codes block this kind. */
export async function assertKindOpen(tx: Store, now: number, { userId, kind }: Guesser): Promise<void> {
  const counts = tx.selectFrom('wrong_code_counts').select('misses').where('user_id', '=', userId);
  const row = await counts.where('kind', '=', kind).executeTakeFirst();
  const closed = (details: ErrorDetails) => new ApiError('too_many_attempts', { closed: 'kind', ...details });
  if ((row?.misses ?? 0) >= MOST_IN_A_ROW)
    throw closed({ signIn: addresses.stepUp(printPurpose({ name: 'codes', kind }), '/') });
  const until = closedUntil(await listAttemptTimes(tx, now, { userId, kind }));
  if (until > now) throw closed({ retryAt: new Date(until).toISOString() });
}
