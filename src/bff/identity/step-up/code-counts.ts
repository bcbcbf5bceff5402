import { printPurpose } from '#contract/purposes.ts';
import { addresses } from '#contract/endpoints.ts';
import { ApiError, type ErrorDetails } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Clock } from '#clock';
import { kept } from '../../platform/lifecycle/prune.ts';
import type { Store } from '../../platform/store/open.ts';
import { closedUntil, MOST_IN_A_ROW } from './wrong-code-limits.ts';

/** Reads the counts of wrong codes: in a row over all methods, and of one kind. `code-attempts.ts` writes them. */
export function createCodeCounts(store: Store, clock: Clock) {
  const closed = (details: ErrorDetails) => new ApiError('too_many_attempts', details);

  const missesOf = async (userId: string, tx: Store = store): Promise<number> =>
    (await tx.selectFrom('lockout_misses').select('misses').where('user_id', '=', userId).executeTakeFirst())?.misses ??
    0;

  /** The times of a person's attempts at a kind in the last two days: milliseconds, ascending. */
  async function timesOf(userId: string, kind: FactorKind, tx: Store): Promise<number[]> {
    const rows = await tx
      .selectFrom('code_attempts')
      .select('at')
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .where('at', '>', clock.now() - kept.codeAttempts)
      .orderBy('at')
      .execute();
    return rows.map(({ at }) => at);
  }

  const totalOf = async (userId: string, kind: FactorKind, tx: Store): Promise<number> =>
    (
      await tx
        .selectFrom('wrong_code_counts')
        .select('misses')
        .where('user_id', '=', userId)
        .where('kind', '=', kind)
        .executeTakeFirst()
    )?.misses ?? 0;

  /** Throws while wrong codes block this kind. */
  async function assertKindOpen({ userId, kind }: { userId: string; kind: FactorKind }, tx: Store): Promise<void> {
    if ((await totalOf(userId, kind, tx)) >= MOST_IN_A_ROW)
      throw closed({ closed: 'kind', signIn: addresses.stepUp(printPurpose({ name: 'codes', kind }), '/') });
    const until = closedUntil(await timesOf(userId, kind, tx));
    if (until > clock.now()) throw closed({ closed: 'kind', retryAt: new Date(until).toISOString() });
  }

  return { missesOf, timesOf, assertKindOpen };
}
