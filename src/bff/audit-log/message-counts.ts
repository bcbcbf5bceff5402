import type { Transaction } from 'kysely';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';

const HOUR_MS = 60 * 60_000;
/** Counted by the hour and kept for 25 of them, so that no 24 hours hold more than a limit. */
const KEPT_MS = 25 * HOUR_MS;

/** What messages are counted by: a person, a country, or (with `who` empty) all of them. */
export type Scope = { scope: 'person' | 'country' | 'org'; who: string };

const slotOf = (at: number) => Math.floor(at / HOUR_MS) * HOUR_MS;

/** How many went out lately, and when the first of them counts no more (milliseconds). */
export async function messagesOf(
  step: Store,
  { scope, who }: Scope,
  now: number,
): Promise<{ count: number; until: number }> {
  const { count, first } = await step
    .selectFrom('message_counts')
    .select(({ fn }) => [fn.sum<number | null>('count').as('count'), fn.min<number | null>('slot').as('first')])
    .where('scope', '=', scope)
    .where('who', '=', who)
    .where('slot', '>', now - KEPT_MS)
    .where('slot', '<=', now)
    .executeTakeFirstOrThrow();
  return { count: count ?? 0, until: (first ?? slotOf(now)) + KEPT_MS };
}

/**
 * Counts a message in the transaction of its intent, and notes what was counted until the outcome is known.
 * @param number the MAC of the number it goes to, if any
 */
export async function countMessage(
  step: Transaction<Tables>,
  intent: number,
  now: number,
  scopes: readonly Scope[],
  number: string | null,
): Promise<void> {
  const slot = slotOf(now);
  await step
    .deleteFrom('message_counts')
    .where('slot', '<=', now - KEPT_MS)
    .execute();
  for (const { scope, who } of scopes) {
    await step
      .insertInto('message_counts')
      .values({ scope, who, slot, count: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['scope', 'who', 'slot'])
          .doUpdateSet((there) => ({ count: there('message_counts.count', '+', 1) })),
      )
      .execute();
  }
  await step
    .insertInto('open_messages')
    .values({ intent, slot, scopes: JSON.stringify(scopes), number })
    .execute();
}

/** Closes what `countMessage` noted. What certainly was not sent counts no more. */
export async function closeMessage(step: Transaction<Tables>, intent: number, sent: boolean): Promise<void> {
  const noted = await step
    .deleteFrom('open_messages')
    .where('intent', '=', intent)
    .returning(['slot', 'scopes', 'number'])
    .executeTakeFirst();
  if (!noted || sent) return;
  for (const { scope, who } of JSON.parse(noted.scopes) as Scope[]) {
    await step
      .updateTable('message_counts')
      .set(({ eb }) => ({ count: eb('count', '-', 1) }))
      .where('scope', '=', scope)
      .where('who', '=', who)
      .where('slot', '=', noted.slot)
      .where('count', '>', 0)
      .execute();
  }
  if (noted.number !== null)
    await step.deleteFrom('sent_numbers').where('number', '=', noted.number).where('intent', '=', intent).execute();
}
