import type { Transaction } from 'kysely';
import { kept } from '../../platform/lifecycle/prune.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { AfterRow } from './append.ts';

const HOUR_MS = 60 * 60_000;

/** What messages are counted by: a person, a country, or (with an empty `who`) the whole org. */
export type Scope = { scope: 'person' | 'country' | 'org'; who: string };

const slotOf = (at: number) => Math.floor(at / HOUR_MS) * HOUR_MS;

/** Returns how many messages were sent lately, and when the first of them is no longer counted (milliseconds). */
export async function messagesOf(
  tx: Store,
  { scope, who }: Scope,
  now: number,
): Promise<{ count: number; until: number }> {
  const { count, first } = await tx
    .selectFrom('message_counts')
    .select(({ fn }) => [fn.sum<number | null>('count').as('count'), fn.min<number | null>('slot').as('first')])
    .where('scope', '=', scope)
    .where('who', '=', who)
    .where('slot', '>', now - kept.messageCounts)
    .where('slot', '<=', now)
    .executeTakeFirstOrThrow();
  return { count: count ?? 0, until: (first ?? slotOf(now)) + kept.messageCounts };
}

/**
 * Counts a message in the transaction of its intent, and stores the scopes until the outcome is known.
 * @param number the MAC of the phone number, if any
 */
export async function countMessage(
  tx: Transaction<Tables>,
  now: number,
  scopes: readonly Scope[],
  number: string | null,
): Promise<AfterRow> {
  const slot = slotOf(now);
  for (const { scope, who } of scopes) {
    await tx
      .insertInto('message_counts')
      .values({ scope, who, slot, count: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['scope', 'who', 'slot'])
          .doUpdateSet((there) => ({ count: there('message_counts.count', '+', 1) })),
      )
      .execute();
  }
  // The number's row is locked here, before the log's head, as where it is deleted.
  if (number !== null) await upsert(tx, 'sent_numbers', ['number'], { number, at: now, intent: 0 });
  return async (intent) => {
    await tx
      .insertInto('open_messages')
      .values({ intent, slot, scopes: JSON.stringify(scopes), number })
      .execute();
    if (number !== null) await tx.updateTable('sent_numbers').set({ intent }).where('number', '=', number).execute();
  };
}

/** Deletes what `countMessage` stored. A message that certainly was not sent is no longer counted. */
export async function closeMessage(tx: Transaction<Tables>, intent: number, sent: boolean): Promise<void> {
  const noted = await tx
    .deleteFrom('open_messages')
    .where('intent', '=', intent)
    .returning(['slot', 'scopes', 'number'])
    .executeTakeFirst();
  if (!noted || sent) return;
  for (const { scope, who } of JSON.parse(noted.scopes) as Scope[]) {
    await tx
      .updateTable('message_counts')
      .set(({ eb }) => ({ count: eb('count', '-', 1) }))
      .where('scope', '=', scope)
      .where('who', '=', who)
      .where('slot', '=', noted.slot)
      .where('count', '>', 0)
      .execute();
  }
  if (noted.number !== null)
    await tx.deleteFrom('sent_numbers').where('number', '=', noted.number).where('intent', '=', intent).execute();
}
