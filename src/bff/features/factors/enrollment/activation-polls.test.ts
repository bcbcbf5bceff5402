import { expect, it, vi } from 'vitest';
import { createClock } from '#clock';
import type { PersonFactors } from '../../../identity/methods/person-factors.ts';
import { createActivationPolls } from './activation-polls.ts';

it('asks again after the clock was set back, and does not count as watched', async () => {
  let machine = 10_000_000;
  const clock = createClock(() => machine);
  const polls = createActivationPolls({} as never, clock);
  const pollActivation = vi.fn<PersonFactors['pollActivation']>(
    async () => ({ factorResult: 'WAITING', factor: null }) as never,
  );
  const ask = () => polls.ask('opf00000000000000000', { pollActivation } as unknown as PersonFactors);
  await ask();
  await ask();
  expect([pollActivation.mock.calls.length, polls.watched('opf00000000000000000', 60_000)]).toEqual([1, true]);
  machine -= 3_600_000;
  expect(polls.watched('opf00000000000000000', 60_000)).toBe(false);
  await ask();
  expect(pollActivation).toHaveBeenCalledTimes(2);
});
