import { expect, it } from 'vitest';
import { createClock } from './clock.ts';

it('moves forward only, and back to the machine’s time at a reset', () => {
  const clock = createClock(() => 1_000_000);
  clock.advance(30.5);
  expect(clock.now()).toBe(1_030_500);
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => clock.advance(wrong)).toThrow(RangeError);
  expect(clock.now()).toBe(1_030_500);
  clock.reset();
  expect(clock.now()).toBe(1_000_000);
});

it('reads a real clock’s time as it was at its arrival, and lets it age from then on', () => {
  const clock = createClock(() => 1_000_000);
  clock.advance(600);
  const authTime = clock.fromWire(990);
  expect(clock.now() - authTime).toBe(10_000);
  clock.advance(300);
  expect(clock.now() - authTime).toBe(310_000);
});
