import { expect, test } from 'vitest';
import { createStoreTime } from './store-time.ts';

/** `ahead`: the database's clock minus `ticks`. `delay`: the time of its answer. In ms. */
function database() {
  const world = { ticks: 5000, ahead: 1_000_000, delay: 0, there: true };
  const ask = async () => {
    if (!world.there) throw new Error('no answer');
    world.ticks += world.delay / 2;
    const told = world.ticks + world.ahead;
    world.ticks += world.delay / 2;
    return told;
  };
  return { world, time: createStoreTime(ask, () => world.ticks) };
}

test('is the database’s time, and goes on by ticks until the next reading', async () => {
  const { world, time } = database();
  expect(() => time.now()).toThrow('the database has not told the time yet');
  world.delay = 40;
  await time.read();
  expect(time.now()).toBe(1_005_040);
  world.ticks += 9000;
  expect(time.now()).toBe(1_014_040);
  world.there = false;
  await expect(time.read()).rejects.toThrow('no answer');
  world.ticks += 1000;
  expect(time.now()).toBe(1_015_040);
});

test('a slow answer that contradicts nothing changes nothing', async () => {
  const { world, time } = database();
  await time.read();
  const expected = () => world.ticks + 1_000_000;
  world.delay = 3000;
  world.ahead += 1000;
  await time.read();
  expect(time.now()).toBe(expected());
  world.delay = 10;
  await time.read();
  expect(time.now()).toBe(expected() + 1000);
});

test('stands still rather than run back a little, and follows a clock that was set back far', async () => {
  const { world, time } = database();
  await time.read();
  const before = time.now();
  world.ahead -= 300;
  await time.read();
  world.ticks += 100;
  expect(time.now()).toBe(before);
  world.ticks += 300;
  expect(time.now()).toBe(before + 100);
  world.ahead -= 3_600_000;
  await time.read();
  expect(time.now()).toBe(before + 100 - 3_600_000);
});
