import type { PurposeText } from '#contract/purposes.ts';
import type { Store } from '../../platform/store/open.ts';

const NAME = 'step_up_asked';
/** How long a request for a step-up is no refusal, in milliseconds: the step-up may still come. */
const WAIT_MS = 10 * 60_000;
/** After so many requests for the same step-up, they are refusals. */
const MOST = 5;
const SLICE = 1000;

const keyOf = (userId: string, purpose: PurposeText) => `${userId} ${purpose}`;

/** Notes that a person was asked to step up first. */
export async function noteAsked(userId: string, purpose: PurposeText, now: number, tx: Store): Promise<void> {
  await tx
    .insertInto('alarm_counts')
    .values({ name: NAME, key: keyOf(userId, purpose), slot: now, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['name', 'key', 'slot'])
        .doUpdateSet((there) => ({ count: there('alarm_counts.count', '+', 1) })),
    )
    .execute();
}

/** Forgets what a person was asked, since they stepped up for it. */
export async function forgetAsked(userId: string, purpose: PurposeText, tx: Store): Promise<void> {
  await tx.deleteFrom('alarm_counts').where('name', '=', NAME).where('key', '=', keyOf(userId, purpose)).execute();
}

/** Takes what counts as refused by now: how often, by person. It reads the oldest thousand; the next call goes on. */
export async function takeRefused(now: number, tx: Store): Promise<{ userId: string; count: number }[]> {
  const oldest = await tx
    .selectFrom('alarm_counts')
    .select(['key', 'slot', 'count'])
    .where('name', '=', NAME)
    .orderBy('slot')
    .limit(SLICE)
    .execute();
  const due = [...Map.groupBy(oldest, ({ key }) => key)].filter(
    ([, rows]) => rows[0]!.slot <= now - WAIT_MS || rows.reduce((sum, { count }) => sum + count, 0) >= MOST,
  );
  const taken: { userId: string; count: number }[] = [];
  for (const [key] of due) {
    const rows = await tx
      .deleteFrom('alarm_counts')
      .where('name', '=', NAME)
      .where('key', '=', key)
      .returning('count')
      .execute();
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    if (count > 0) taken.push({ userId: key.split(' ')[0]!, count });
  }
  return taken;
}
