import { expect, test } from 'vitest';
import { DAY_MS } from '#clock';
import { openTestStore } from '#testing/store.ts';
import { pruneEnded } from './prune.ts';

test('what ended, or was shown for a month, is deleted, though nobody writes any more', async () => {
  const store = await openTestStore();
  const session = {
    user_id: '00u1',
    login: 'ada',
    name: 'Ada',
    first_name: 'Ada',
    locale: null,
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
  await store
    .insertInto('freeze_links')
    .values({ token_hash: 'x', user_id: '00u1', name: '', expires_at: 1000, frozen_at: null })
    .execute();
  // Kept for only a month, because the request contains names of people.
  const request = {
    id: 'a',
    agent_id: '00uH',
    user_id: '00u1',
    operation: 'reset',
    reset: '{}',
    status: 'done',
    created_at: 1000,
  } as const;
  await store
    .insertInto('approvals')
    .values({ ...request, expires_at: 1000 })
    .execute();
  const attackSign = {
    id: 't',
    user_id: '00u1',
    kind: 'reported',
    agent_name: 'Hedy',
    times: 1,
    last_at: 1000,
  } as const;
  await store
    .insertInto('attack_signs')
    .values({ ...attackSign, ends_at: 1000 })
    .execute();
  const left = async () =>
    (
      await Promise.all(
        (['sessions', 'approvals', 'attack_signs'] as const).map((table) =>
          store.selectFrom(table).select('id').execute(),
        ),
      )
    )
      .flat()
      .map(({ id }) => id);
  await pruneEnded(store, { now: () => 999 });
  expect(await left()).toEqual(['s1000', 's2000', 'a', 't']);
  await pruneEnded(store, { now: () => 1000 });
  expect(await left()).toEqual(['s2000', 'a', 't']);
  expect(await store.selectFrom('freeze_links').selectAll().execute()).toEqual([]);
  await pruneEnded(store, { now: () => 30 * DAY_MS + 999 });
  expect(await left()).toEqual(['a', 't']);
  await pruneEnded(store, { now: () => 30 * DAY_MS + 1000 });
  expect(await left()).toEqual([]);
  await store.destroy();
});

test('all of it is deleted at once, however much piled up', async () => {
  const store = await openTestStore();
  const rows = Array.from({ length: 2500 }, (_, n) => ({ token_hash: `t${n}`, expires_at: n }));
  await store.insertInto('consumed_tokens').values(rows).execute();
  await pruneEnded(store, { now: () => 2400 });
  const { least } = await store
    .selectFrom('consumed_tokens')
    .select(({ fn }) => fn.min('expires_at').as('least'))
    .executeTakeFirstOrThrow();
  expect(least).toBe(2401);
  await store.destroy();
});

test('[D6] counts and wrong codes outlive a clock that jumps a week ahead and back', async () => {
  const store = await openTestStore();
  const ended = { seq: null, kind: 'send', who: '00u1', at: 0, expires_at: DAY_MS };
  await store.insertInto('counted_events').values(ended).execute();
  const attempt = { id: 'a', user_id: '00u1', kind: 'totp', at: 0, pending: 0 };
  await store.insertInto('code_attempts').values(attempt).execute();
  const left = async () => [
    (await store.selectFrom('counted_events').select('who').execute()).length,
    (await store.selectFrom('code_attempts').select('id').execute()).length,
  ];
  await pruneEnded(store, { now: () => 8 * DAY_MS - 1 });
  expect(await left()).toEqual([1, 1]);
  await pruneEnded(store, { now: () => 9 * DAY_MS });
  expect(await left()).toEqual([0, 0]);
  await store.destroy();
});
