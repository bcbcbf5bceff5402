import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '#clock';
import { createOktaClient } from '#okta/client.ts';
import { openTestStore } from '#testing/store.ts';
import { changeStore } from './change-store.ts';
import type { Store } from './open.ts';

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.destroy());

const facts = async () =>
  (await store.selectFrom('org_facts').selectAll().orderBy('name').execute()).map(({ name }) => name);
const write = (step: Store, name: string) => step.insertInto('org_facts').values({ name, value: 'x' }).execute();

test('a transaction that throws leaves nothing behind', async () => {
  const failing = changeStore(store, async (step) => {
    await write(step, 'a');
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(await facts()).toEqual([]);
});

test('of transactions that write only if nobody else did, one writes', async () => {
  const runs = Array.from({ length: 12 }, (_, n) =>
    changeStore(store, async (step) => {
      const { length } = await step.selectFrom('org_facts').select('name').execute();
      if (length > 0) return false;
      await write(step, `fact ${n}`);
      return true;
    }),
  );
  expect((await Promise.all(runs)).filter(Boolean)).toHaveLength(1);
  expect(await facts()).toHaveLength(1);
});

test('transactions of one queue run one after another, each once', async () => {
  let runs = 0;
  const add = () =>
    changeStore(
      store,
      async (step) => {
        runs += 1;
        const { seq } = await step.selectFrom('alarm_cursor').select('seq').executeTakeFirstOrThrow();
        await step
          .updateTable('alarm_cursor')
          .set({ seq: seq + 1 })
          .execute();
      },
      { queue: 'alarm_cursor' },
    );
  await Promise.all(Array.from({ length: 20 }, add));
  expect(await store.selectFrom('alarm_cursor').select('seq').execute()).toEqual([{ seq: 20 }]);
  expect(runs).toBe(20);
});

test('a call to Okta within a transaction fails before it is sent, and rolls it back', async () => {
  const credential = { kind: 'ssws' as const, token: 'x' };
  const okta = createOktaClient({
    orgUrl: 'http://127.0.0.1:9',
    credential,
    clock: createClock(),
    userAgent: 'test/0',
  });
  const calling = changeStore(store, async (step) => {
    await write(step, 'a');
    await okta.users.getUser({ userId: '00u1' });
  });
  await expect(calling).rejects.toThrow('Okta is not called inside a transaction');
  expect(await facts()).toEqual([]);
  await okta.close();
});

test('nothing else in the portal opens a transaction', () => {
  const src = join(import.meta.dirname, '../..');
  const files = globSync('{bff,doctor}/**/*.ts', { cwd: src }).filter((file) => !/\.test\.ts$|testing\//.test(file));
  expect(files.length).toBeGreaterThan(100);
  const opening = files.filter((file) =>
    /\.(?:transaction|startTransaction)\(\)/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(opening).toEqual([join('bff', 'store', 'change-store.ts')]);
});
