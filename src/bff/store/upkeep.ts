import { sql } from 'kysely';
import type { Clock } from '#clock';
import type { Store } from './open.ts';

/** How long a notice that was sent is kept, without its body: until then nobody is told of the same event twice. */
const SENT_MS = 30 * 24 * 60 * 60_000;
/** Rows that one statement deletes: a few milliseconds. */
const SLICE = 500;

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What is done to the store once a day: rows that nobody needs go, and the planner learns how the tables have grown. */
export async function upkeep(store: Store, clock: Clock): Promise<void> {
  const before = clock.now() - SENT_MS;
  for (let gone = BigInt(SLICE); gone === BigInt(SLICE); await breathe()) {
    const oldest = store.selectFrom('outbox').select('id').where('sent_at', 'is not', null).where('sent_at', '<', before).orderBy('sent_at').limit(SLICE);
    ({ numDeletedRows: gone } = await store.deleteFrom('outbox').where('id', 'in', oldest).executeTakeFirstOrThrow());
  }
  await sql`PRAGMA optimize`.execute(store);
}
