import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { createFreshCache } from './fresh-cache.ts';

let machine: number;
const clock = createClock(() => machine);
beforeEach(() => {
  machine = 1_000_000;
  clock.reset();
});

const answers = () => {
  let count = 0;
  return vi.fn<() => Promise<string>>(async () => `answer ${++count}`);
};
/** The calls stay open until the test answers them. */
const held = () => {
  const calls: PromiseWithResolvers<string>[] = [];
  const ask = () => {
    const call = Promise.withResolvers<string>();
    calls.push(call);
    return call.promise;
  };
  return { ask, calls };
};

describe('get', () => {
  it('calls once until the answer is `ms` old, by our clock', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const ask = answers();
    expect(await cache.get('ada', ask)).toBe('answer 1');
    machine += 59_999;
    expect(await cache.get('ada', ask)).toBe('answer 1');
    expect(cache.fresh('ada')).toBe('answer 1');
    clock.advance(0.001);
    expect(cache.fresh('ada')).toBeUndefined();
    expect(await cache.get('ada', ask)).toBe('answer 2');
    expect(await cache.get('grace', ask)).toBe('answer 3');
  });

  it('keeps an answer for good without `ms`', async () => {
    const cache = createFreshCache<string>(clock, { max: 1 });
    await cache.get('org', answers());
    clock.advance(1e9);
    expect(cache.fresh('org')).toBe('answer 1');
  });

  it('with `now` skips the cache, and keeps the new answer', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const ask = answers();
    await cache.get('ada', ask);
    machine += 50_000;
    expect(await cache.get('ada', ask, true)).toBe('answer 2');
    machine += 50_000;
    expect(await cache.get('ada', ask)).toBe('answer 2');
  });

  it('counts the age from the call, not from its answer', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    const slow = cache.get('ada', ask);
    machine += 59_999;
    calls[0]!.resolve('slow');
    await slow;
    expect(cache.fresh('ada')).toBe('slow');
    machine += 1;
    expect(cache.fresh('ada')).toBeUndefined();
  });

  it('ignores an answer from before the clock was set back', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    await cache.get('ada', async () => 'before');
    machine -= 3_600_000;
    expect(cache.fresh('ada')).toBeUndefined();
    expect(await cache.get('ada', async () => 'after')).toBe('after');
    expect(cache.fresh('ada')).toBe('after');
  });

  it('calls once for all concurrent callers', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    const all = [cache.get('ada', ask), cache.get('ada', ask), cache.get('ada', ask)];
    expect(calls).toHaveLength(1);
    calls[0]!.resolve('one');
    expect(await Promise.all(all)).toEqual(['one', 'one', 'one']);
  });

  it('with `now` does not wait for an earlier call, and does not keep its answer', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    await cache.get('ada', async () => 'old');
    const early = cache.get('ada', ask, true);
    const late = cache.get('ada', ask, true);
    expect(cache.fresh('ada')).toBe('old');
    calls[1]!.resolve('late');
    expect(await late).toBe('late');
    calls[0]!.resolve('early');
    expect(await early).toBe('early');
    expect(cache.fresh('ada')).toBe('late');

    const failed = cache.get('ada', ask, true);
    const next = cache.get('ada', ask, true);
    calls[2]!.reject(new OktaError('unavailable', 'no route'));
    await expect(failed).rejects.toMatchObject({ code: 'org_unavailable' });
    calls[3]!.resolve('next');
    expect(await next).toBe('next');
    expect(cache.fresh('ada')).toBe('next');
  });

  it('returns what is fresh while another call with `now` runs', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    await cache.get('ada', async () => 'old');
    const renewed = cache.get('ada', ask, true);
    expect(await cache.get('ada', ask)).toBe('old');
    calls[0]!.resolve('new');
    expect(await renewed).toBe('new');
    expect(cache.fresh('ada')).toBe('new');
  });

  it('does not cache a failure: all waiting callers get an ApiError, and the earlier answer stays', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    const fail = (index: number) => calls[index]!.reject(new OktaError('unavailable', 'no route'));
    const first = Promise.allSettled([cache.get('ada', ask), cache.get('ada', ask)]);
    fail(0);
    const refused = { status: 'rejected', reason: expect.objectContaining({ code: 'org_unavailable' }) };
    expect(await first).toEqual([refused, refused]);
    expect(cache.fresh('ada')).toBeUndefined();

    await cache.get('ada', async () => 'good');
    machine += 30_000;
    const second = Promise.allSettled([cache.get('ada', ask, true)]);
    fail(1);
    expect(await second).toEqual([refused]);
    machine += 29_999;
    expect(cache.fresh('ada')).toBe('good');
    machine += 1;
    expect(cache.fresh('ada')).toBeUndefined();
  });

  it('ends with the caller’s own request, while the call continues for the others', async () => {
    const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
    const { ask, calls } = held();
    const scope = {
      caller: null,
      change: false,
      search: false,
      elapsed: clock.elapsed,
      arrivedAt: machine,
      endsAt: machine + 1,
    };
    const short = runInScope(scope, () => cache.get('ada', ask));
    const long = cache.get('ada', ask);
    await expect(short).rejects.toMatchObject({ code: 'org_timeout' });
    calls[0]!.resolve('late');
    expect(await long).toBe('late');

    machine += 60_000;
    const begins = runInScope(scope, () => cache.get('ada', ask));
    await expect(begins).rejects.toMatchObject({ code: 'org_timeout' });
    expect(calls).toHaveLength(1);
  });
});

it('forgets one key or all, also an answer that was requested before', async () => {
  const cache = createFreshCache<string>(clock, { ms: 60_000, max: 10 });
  const { ask, calls } = held();
  for (const forget of [() => cache.delete('ada'), () => cache.clear()]) {
    await cache.get('ada', async () => 'old');
    const going = cache.get('ada', ask, true);
    forget();
    expect(cache.fresh('ada')).toBeUndefined();
    calls.at(-1)!.resolve('before');
    expect(await going).toBe('before');
    expect(cache.fresh('ada')).toBeUndefined();
  }
});

it('keeps at most `max` keys, the most recently used', async () => {
  const cache = createFreshCache<string>(clock, { ms: 60_000, max: 3 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    await cache.get(key, async () => key);
    cache.fresh('a');
  }
  expect(['a', 'b', 'c', 'd', 'e'].filter((key) => cache.fresh(key))).toEqual(['a', 'd', 'e']);
});
