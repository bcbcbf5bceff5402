import { sql } from 'kysely';
import { afterEach, expect, it, vi } from 'vitest';
import { openTestStore } from '#testing/store.ts';
import { createReplicas } from './replicas.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** `age` makes one portal's last heartbeat older. */
async function threePortals() {
  const store = await openTestStore();
  const portals = ['a', 'b', 'c'].map((id) => createReplicas(store, id));
  const [a, b, c] = portals as [(typeof portals)[0], (typeof portals)[0], (typeof portals)[0]];
  const counts = () => portals.map(({ count }) => count());
  const age = (id: string, ms: number) =>
    store
      .updateTable('replicas')
      .set({ seen_at: sql<number>`seen_at - ${ms}` })
      .where('id', '=', id)
      .execute();
  return { store, a, b, c, counts, age };
}

it('counts itself before the first heartbeat, and then all', async () => {
  const { a, b, c, counts } = await threePortals();
  expect(counts()).toEqual([1, 1, 1]);
  await a.beat();
  await b.beat();
  await c.beat();
  expect(counts()).toEqual([1, 2, 3]);
  await a.beat();
  await a.beat();
  expect(counts()).toEqual([3, 2, 3]);
});

it('gives back the part of one that left or died, and takes back one that was only silent', async () => {
  const { a, b, c, counts, age } = await threePortals();
  for (const portal of [a, b, c]) await portal.beat();
  await c.leave();
  await c.beat();
  await a.beat();
  expect(a.count()).toBe(2);
  await age('b', 44_000);
  await a.beat();
  expect(a.count()).toBe(2);
  await age('b', 1100);
  await a.beat();
  expect(a.count()).toBe(1);
  await b.beat();
  await a.beat();
  expect(counts().slice(0, 2)).toEqual([2, 2]);
});

it('uses the store’s time: a process whose clock is wrong lives and dies like others', async () => {
  const { store, a, b, age } = await threePortals();
  const real = Date.now();
  for (const wrong of [3_600_000, -3_600_000]) {
    vi.spyOn(Date, 'now').mockReturnValue(real + wrong);
    await b.beat();
    await a.beat();
    const { seen_at } = await store
      .selectFrom('replicas')
      .select('seen_at')
      .where('id', '=', 'b')
      .executeTakeFirstOrThrow();
    expect(Math.abs(seen_at - real)).toBeLessThan(60_000);
    expect(a.count()).toBe(2);
    await age('b', 45_100);
    await a.beat();
    expect(a.count()).toBe(1);
  }
});

it('deletes a row from the future: the database’s clock was set back', async () => {
  const { a, b, age } = await threePortals();
  await b.beat();
  await age('b', -3_600_000);
  await a.beat();
  expect(a.count()).toBe(1);
});

it('keeps the last count when the store cannot be read', async () => {
  const { store, a, b } = await threePortals();
  await b.beat();
  await a.beat();
  await store.schema.dropTable('replicas').execute();
  await expect(a.beat()).rejects.toThrow(/replicas/);
  expect(a.count()).toBe(2);
});
