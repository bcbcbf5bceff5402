import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openSqlite } from './open.ts';
import { claimNext } from './row-locks.ts';

test('the row that is due the longest is claimed first', async () => {
  const db = await openSqlite<{ emails: { id: string; next_at: number } }>({
    file: ':memory:',
    migrations: {
      '1': { up: async (tx) => void (await sql`CREATE TABLE emails (id TEXT, next_at INTEGER)`.execute(tx)) },
    },
  });
  const rows = [3, 1, 2, 9].map((next_at) => ({ id: `due at ${next_at}`, next_at }));
  await db.insertInto('emails').values(rows).execute();
  const claim = () => claimNext(db, { table: 'emails', column: 'next_at', due: sql`next_at <= 5`, until: 10 });
  const claimed = [await claim(), await claim(), await claim(), await claim()].map((row) => row?.id);
  expect(claimed).toEqual(['due at 1', 'due at 2', 'due at 3', undefined]);
  await db.destroy();
});
