import { expect, test } from 'vitest';
import { openTestStore } from '#testing/store.ts';
import { pruneEnded } from './prune.ts';

const DAY_MS = 24 * 60 * 60_000;

test('what ended a day ago is deleted, though nobody writes any more', async () => {
  const store = await openTestStore();
  const session = {
    user_id: '00u1',
    login: 'ada',
    name: 'Ada',
    first_name: 'Ada',
    id_token: '',
    agent: 'a',
    address: 'b',
  };
  const times = { created_at: 0, seen_at: 0, auth_time: 0, verified_at: 0 };
  for (const ends_at of [1000, 2000])
    await store
      .insertInto('sessions')
      .values({ ...session, ...times, ends_at, id: `s${ends_at}`, token_hash: `h${ends_at}` })
      .execute();
  await store.insertInto('freeze_links').values({ token_hash: 'x', user_id: '00u1', expires_at: 1000 }).execute();
  await pruneEnded(store, { now: () => DAY_MS + 999 });
  expect(await store.selectFrom('sessions').select('id').execute()).toHaveLength(2);
  await pruneEnded(store, { now: () => DAY_MS + 1000 });
  expect(await store.selectFrom('sessions').select('id').execute()).toEqual([{ id: 's2000' }]);
  expect(await store.selectFrom('freeze_links').selectAll().execute()).toEqual([]);
  await store.destroy();
});
