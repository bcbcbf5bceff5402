import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { createOktaClient } from '#okta/client.ts';
import { deleteUntil, lockingRows } from '#database/row-locks.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { changeStore, lockPeople } from './change-store.ts';
import type { Store } from './open.ts';

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.destroy());

const facts = async () =>
  (await store.selectFrom('org_facts').selectAll().orderBy('name').execute()).map(({ name }) => name);
const write = (tx: Store, name: string) => tx.insertInto('org_facts').values({ name, value: 'x' }).execute();

test('a transaction that throws leaves nothing behind', async () => {
  const failing = changeStore(store, async (tx) => {
    await write(tx, 'a');
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(await facts()).toEqual([]);
});

test('of transactions that write only if nobody else did, one writes', async () => {
  const runs = Array.from({ length: 12 }, (_, n) =>
    changeStore(store, async (tx) => {
      await lockPeople(tx, 'ada', `somebody else ${n}`, null);
      const { length } = await tx.selectFrom('org_facts').select('name').execute();
      if (length > 0) return false;
      await write(tx, `fact ${n}`);
      return true;
    }),
  );
  expect((await Promise.all(runs)).filter(Boolean)).toHaveLength(1);
  expect(await facts()).toHaveLength(1);
});

test('transactions that lock a row run one after another, each once, and each sees what was written before', async () => {
  let runs = 0;
  const add = () =>
    changeStore(store, async (tx) => {
      runs += 1;
      const row = tx.selectFrom('audit_sink_cursor').select('seq').where('id', '=', 1);
      const { seq } = await lockingRows(tx, row).executeTakeFirstOrThrow();
      await tx
        .updateTable('audit_sink_cursor')
        .set({ seq: seq + 1 })
        .execute();
    });
  await Promise.all(Array.from({ length: 20 }, add));
  expect(await store.selectFrom('audit_sink_cursor').select('seq').execute()).toEqual([{ seq: 20 }]);
  expect(runs).toBe(20);
});

test('of two transactions that wait for each other one runs again', async () => {
  await write(store, 'a');
  await write(store, 'b');
  let runs = 0;
  const both = (one: string, other: string) =>
    changeStore(store, async (tx) => {
      runs += 1;
      for (const name of [one, other]) {
        await tx
          .updateTable('org_facts')
          .set({ value: sql`value || 'x'` })
          .where('name', '=', name)
          .execute();
        await new Promise((resolve) => setTimeout(resolve, testDatabase === 'postgres' && runs <= 2 ? 50 : 0));
      }
    });
  await Promise.all([both('a', 'b'), both('b', 'a')]);
  expect(await store.selectFrom('org_facts').selectAll().orderBy('name').execute()).toEqual([
    { name: 'a', value: 'xxx' },
    { name: 'b', value: 'xxx' },
  ]);
  expect(runs).toBe(testDatabase === 'postgres' ? 3 : 2);
});

test('pruning deletes at most a thousand rows, the oldest, and passes over those that are held', async () => {
  const rows = Array.from({ length: 1500 }, (_, n) => ({ token_hash: `t${n}`, expires_at: n }));
  await store.insertInto('consumed_tokens').values(rows).execute();
  const left = async () => {
    const all = await store.selectFrom('consumed_tokens').select('expires_at').orderBy('expires_at').execute();
    return all.map(({ expires_at }) => expires_at);
  };
  await changeStore(store, async (tx) => {
    const held = tx.selectFrom('consumed_tokens').select('token_hash').where('token_hash', '=', 't0');
    await lockingRows(tx, held).execute();
    await deleteUntil(testDatabase === 'postgres' ? store : tx, 'consumed_tokens', 'expires_at', 1400);
  });
  const after = await left();
  expect([after.length, after[0]]).toEqual(testDatabase === 'postgres' ? [500, 0] : [500, 1000]);
  await deleteUntil(store, 'consumed_tokens', 'expires_at', 1400);
  expect((await left())[0]).toBe(1401);
});

test('a call to Okta within a transaction fails before it is sent, and rolls it back', async () => {
  const credential = { kind: 'ssws' as const, token: 'x' };
  const okta = createOktaClient({
    orgUrl: 'http://127.0.0.1:9',
    credential,
    clock: createClock(),
    userAgent: 'test/0',
  });
  const calling = changeStore(store, async (tx) => {
    await write(tx, 'a');
    await okta.users.getUser({ userId: '00u1' });
  });
  await expect(calling).rejects.toThrow('Okta is not called inside a transaction');
  expect(await facts()).toEqual([]);
  await okta.close();
});

test('nothing else in the portal opens a transaction', () => {
  const src = join(import.meta.dirname, '../../..');
  const files = globSync('{bff,operator}/**/*.ts', { cwd: src }).filter((file) => !/\.test\.ts$|testing\//.test(file));
  expect(files.length).toBeGreaterThan(100);
  const opening = files.filter((file) =>
    /\.(?:transaction|startTransaction)\(\)/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(opening).toEqual([join('bff', 'platform', 'store', 'change-store.ts')]);
});
