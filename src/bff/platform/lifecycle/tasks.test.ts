import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { MINUTE_MS } from '#clock';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '../store/open.ts';
import { addTask, createTasks, recordFailedTry, runTask, type TaskKind, type TaskRunner } from './tasks.ts';

let store: Store;
let now: number;
const clock = { now: () => now } as never;
beforeEach(async () => {
  now = 1_000_000;
  store = await openTestStore();
  onTestFinished(() => store.destroy());
});

const add = (kind: TaskKind, userId: string, details = '') =>
  addTask(store, now, { id: `${kind} ${userId}`, kind, user_id: userId, details });
const tasks = () => store.selectFrom('tasks').select(['id', 'tries', 'tried_at', 'due_at']).orderBy('id').execute();
const run = (runner: TaskRunner) => runTask({ store, clock }, 'revoke', runner);
const none: TaskRunner = async () => 'done';

test('several portals share the tasks, and none runs twice', async () => {
  for (let n = 0; n < 100; n += 1) await add('push', `00u${n}`);
  const ran: string[] = [];
  const runner: TaskRunner = async ({ user_id: userId }) => {
    ran.push(userId);
    return 'done';
  };
  const portals = [1, 2, 3].map(() => createTasks({ store, clock }, { cancel: none, revoke: none, push: runner }));
  while ((await tasks()).length > 0) await Promise.all(portals.map((portal) => portal.run()));
  expect([ran.length, new Set(ran).size]).toEqual([100, 100]);
});

test('what fails waits 1, 2, 4 … minutes, at most an hour; a try of a request before that delays nothing', async () => {
  await add('revoke', '00u1');
  const waits: number[] = [];
  for (let n = 0; n < 9; n += 1) {
    expect(await run(async () => 'failed')).toBe(true);
    await recordFailedTry(store, now + 1, 'revoke 00u1');
    const [task] = await tasks();
    waits.push((task!.due_at - now) / MINUTE_MS);
    now = task!.due_at;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  // A task that only waited for a lock was not tried, so a request may try it at once.
  const [before] = await tasks();
  expect(await run(async () => 'again')).toBe(true);
  expect(await tasks()).toEqual([{ ...before, due_at: now + MINUTE_MS }]);
});

test('a task whose portal was killed is run by another half a minute later', async () => {
  await add('revoke', '00u1');
  void run(() => new Promise(() => {}));
  await expect.poll(async () => (await tasks())[0]!.due_at).toBeGreaterThan(now);
  expect(await run(none)).toBe(false);
  now += 30_000;
  expect(await run(none)).toBe(true);
  expect(await tasks()).toEqual([]);
});

test('a task that is added anew while it runs is run again', async () => {
  await add('revoke', '00u1');
  await run(async () => {
    await add('revoke', '00u1', 'again');
    return 'done';
  });
  expect(await tasks()).toEqual([{ id: 'revoke 00u1', tries: 0, tried_at: 0, due_at: now }]);
  // Also if the task becomes due exactly at the end of the claim.
  await run(async ({ due_at: until, ...task }) => {
    await addTask(store, until, { ...task, details: 'once more' });
    return 'done';
  });
  expect(await tasks()).toHaveLength(1);
});

test('a clock that was set back delays nothing', async () => {
  await add('revoke', '00u1');
  now -= 2 * 60 * MINUTE_MS;
  expect(await run(none)).toBe(true);
});

test('with 1,000 tasks of other kinds waiting, a cancellation is begun at the next run', async () => {
  const others = Array.from({ length: 1000 }, (_, n) => ({
    ...{ id: `revoke ${n}`, kind: n % 2 ? ('revoke' as const) : ('push' as const), user_id: `00u${n}`, details: '' },
    ...{ tries: 0, tried_at: 0, due_at: 0 },
  }));
  for (let n = 0; n < others.length; n += 100)
    await store
      .insertInto('tasks')
      .values(others.slice(n, n + 100))
      .execute();
  const ends: (() => void)[] = [];
  const slow: TaskRunner = () => new Promise((resolve) => ends.push(() => resolve('done')));
  const cancelled: string[] = [];
  const cancel: TaskRunner = async ({ user_id: userId }) => {
    cancelled.push(userId);
    return 'done';
  };
  const portal = createTasks({ store, clock }, { cancel, revoke: slow, push: slow });
  const runs = [portal.run()];
  await expect.poll(() => ends.length).toBe(8);
  await add('cancel', '00uGrace');
  runs.push(portal.run());
  await expect.poll(() => cancelled).toEqual(['00uGrace']);
  const end = setInterval(() => ends.splice(0).forEach((one) => one()), 1);
  await Promise.all(runs);
  clearInterval(end);
});
