import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { isOutdated, setBuild } from './build.ts';
import { now } from './clock.ts';
import { NetworkError } from './network-error.ts';
import { inBackground } from './background.ts';
import { heldChange, request } from './request.ts';

const fetched = vi.fn<typeof fetch>();
const json = (body: unknown, init: ResponseInit = {}): Response => Response.json(body, init);
const refusal = (code: string, status: number, more: object = {}): Response =>
  json({ error: { code, requestId: 'r1', ...more } }, { status });
const sent = (call = 0): { url: string; init: RequestInit; headers: Headers } => {
  const [url, init] = fetched.mock.calls[call]!;
  return { url: url as string, init: init!, headers: new Headers(init?.headers) };
};
const home = { params: {} };
const code = { params: { factorId: 'a/b' }, body: { passCode: '123456' } };

beforeEach(() => vi.stubGlobal('fetch', fetched));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  fetched.mockReset();
});

describe('what is sent', () => {
  it('a GET without our header and without a body', async () => {
    fetched.mockResolvedValue(json({ factors: [] }));
    await expect(request('listFactors', home)).resolves.toEqual({ factors: [] });
    expect(sent().url).toBe('/api/factors');
    expect(sent().init.body).toBeNull();
    expect([...sent().headers.keys()]).toEqual(['accept']);
  });

  it('a POST with our header, JSON and an escaped path', async () => {
    fetched.mockResolvedValue(json({}));
    await request('activateFactor', code);
    expect(sent().url).toBe('/api/factors/a%2Fb/activate');
    expect(sent().headers.get('x-latchkey')).toBe('1');
    expect(sent().headers.get('content-type')).toBe('application/json');
    expect(sent().init.body).toBe('{"passCode":"123456"}');
  });

  it('no content type without a body; an empty answer is undefined', async () => {
    fetched.mockResolvedValue(new Response(null, { status: 204 }));
    await expect(request('deleteFactor', { params: { factorId: 'x' } })).resolves.toBeUndefined();
    expect(sent().headers.get('x-latchkey')).toBe('1');
    expect(sent().headers.has('content-type')).toBe(false);
  });

  it('a mark when a timer or the focus caused it, also at a retry', async () => {
    fetched.mockResolvedValueOnce(refusal('signed_out', 401)).mockResolvedValueOnce(json({}));
    await inBackground(() => request('getSession', home));
    expect(sent(0).headers.get('x-latchkey-poll')).toBe('1');
    expect(sent(1).headers.get('x-latchkey-poll')).toBe('1');
    fetched.mockResolvedValue(json({}));
    await request('getSession', home);
    expect(sent(2).headers.has('x-latchkey-poll')).toBe(false);
  });
});

describe('a 401', () => {
  it('to a GET is checked once more', async () => {
    fetched.mockImplementation(() => Promise.resolve(refusal('signed_out', 401)));
    await expect(request('getHome', home)).rejects.toMatchObject({ code: 'signed_out', status: 401 });
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('to a poll is checked once more: it may have crossed the answer that renewed the session', async () => {
    fetched.mockResolvedValueOnce(refusal('signed_out', 401)).mockResolvedValueOnce(json({}));
    await request('pollTransaction', { params: { factorId: 'a', transactionId: 'b' } });
    expect([sent(1).url, sent(1).init.method]).toEqual(['/api/factors/a/transactions/b/poll', 'POST']);
  });

  it('to any other POST ends the session at once', async () => {
    fetched.mockResolvedValue(refusal('signed_out', 401));
    await expect(request('endOtherSessions', home)).rejects.toBeInstanceOf(ApiError);
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});

it('a change that an earlier one keeps from running goes again by itself, with its key, and the page knows', async () => {
  vi.useFakeTimers();
  const retryAt = new Date(now() + 12_000).toISOString();
  fetched.mockResolvedValueOnce(refusal('busy', 429, { rule: 'change_runs', retryAt }));
  fetched.mockResolvedValueOnce(new Response(null, { status: 204 }));
  const going = request('deleteFactor', { params: { factorId: 'x' } });
  await vi.advanceTimersByTimeAsync(11_000);
  expect([heldChange.get(), fetched.mock.calls.length]).toEqual([retryAt, 1]);
  await vi.advanceTimersByTimeAsync(1100);
  await going;
  expect([heldChange.get(), fetched.mock.calls.length]).toEqual([null, 2]);
  expect(sent(1).headers.get('idempotency-key')).toBe(sent(0).headers.get('idempotency-key'));
  // After any other limit, the person has to wait and try again.
  fetched.mockResolvedValueOnce(refusal('busy', 429, { retryAt }));
  await expect(request('deleteFactor', { params: { factorId: 'x' } })).rejects.toMatchObject({ code: 'busy' });
});

describe('a request that can renew the session', () => {
  const keyOf = (call: number) => sent(call).headers.get('idempotency-key');

  it('[U5] has a key of 128 random bits, a new one each time', async () => {
    fetched.mockImplementation(() => Promise.resolve(json({ factorResult: 'SUCCESS' })));
    await request('verifyFactor', code);
    await request('verifyFactor', code);
    expect(keyOf(0)).toMatch(/^[0-9a-f]{32}$/);
    expect(keyOf(1)).not.toBe(keyOf(0));
    await request('listFactors', home);
    expect(keyOf(2)).toBeNull();
  });

  it('[U5] is sent once more, unchanged, when no answer of ours came', async () => {
    vi.useFakeTimers();
    fetched.mockRejectedValueOnce(new TypeError('reset')).mockResolvedValueOnce(json({ factorResult: 'SUCCESS' }));
    const going = request('verifyFactor', code);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(going).resolves.toEqual({ factorResult: 'SUCCESS' });
    expect([keyOf(1), sent(1).init.body, sent(1).url]).toEqual([keyOf(0), sent(0).init.body, sent(0).url]);
  });

  it('[U5] keeps its key when the person repeats it within 30 s of a lost answer, and no longer', async () => {
    vi.useFakeTimers();
    const fail = async (): Promise<void> => {
      fetched.mockRejectedValueOnce(new TypeError('reset')).mockRejectedValueOnce(new TypeError('offline'));
      const going = request('verifyFactor', code).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1000);
      expect(await going).toBeInstanceOf(NetworkError);
    };
    fetched.mockImplementation(() => Promise.resolve(json({ factorResult: 'SUCCESS' })));
    await fail();
    await request('verifyFactor', { ...code, body: { passCode: '654321' } });
    expect(keyOf(2)).not.toBe(keyOf(0));
    await vi.advanceTimersByTimeAsync(20_000);
    await request('verifyFactor', code);
    expect([keyOf(3), sent(3).init.body]).toEqual([keyOf(0), sent(0).init.body]);
    await request('verifyFactor', code);
    expect(keyOf(4), 'it was answered').not.toBe(keyOf(0));
    await fail();
    await vi.advanceTimersByTimeAsync(30_000);
    await request('verifyFactor', code);
    expect(keyOf(7), 'the portal has forgotten it').not.toBe(keyOf(5));
  });

  it('[U5] is not sent a third time, nor after a refusal; other requests are not repeated', async () => {
    vi.useFakeTimers();
    fetched.mockImplementation(() => Promise.reject(new TypeError('reset')));
    const going = request('verifyFactor', code).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await going).toBeInstanceOf(NetworkError);
    expect(fetched).toHaveBeenCalledTimes(2);
    await expect(request('deleteFactor', { params: { factorId: 'x' } })).rejects.toBeInstanceOf(NetworkError);
    expect(fetched).toHaveBeenCalledTimes(3);
    fetched.mockResolvedValue(refusal('wrong_code', 403));
    await expect(request('verifyFactor', code)).rejects.toMatchObject({ code: 'wrong_code' });
    expect(fetched).toHaveBeenCalledTimes(4);
  });
});

describe('any other change', () => {
  const keyOf = (call: number) => sent(call).headers.get('idempotency-key');
  const removal = { params: { factorId: 'x' } };

  it('[U5] has a key of 128 random bits, and the same one when the person repeats it after a lost answer', async () => {
    fetched.mockRejectedValueOnce(new TypeError('reset'));
    await expect(request('deleteFactor', removal)).rejects.toBeInstanceOf(NetworkError);
    expect(keyOf(0)).toMatch(/^[0-9a-f]{32}$/);
    expect(fetched).toHaveBeenCalledTimes(1);
    fetched.mockImplementation(() => Promise.resolve(new Response(null, { status: 204 })));
    await request('deleteFactor', { params: { factorId: 'y' } });
    await request('deleteFactor', removal);
    await request('deleteFactor', removal);
    expect(keyOf(1)).not.toBe(keyOf(0));
    expect(keyOf(2)).toBe(keyOf(0));
    expect(keyOf(3), 'it was answered').not.toBe(keyOf(0));
    fetched.mockImplementation(() => Promise.resolve(json({ result: 'WAITING' })));
    await request('pollActivation', removal);
    expect(keyOf(4), 'a poll').toBeNull();
  });
});

describe('an answer', () => {
  it('becomes the ApiError that was sent', async () => {
    fetched.mockResolvedValue(refusal('wrong_code', 403, { triesLeft: 3 }));
    const error = await request('verifyFactor', code).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'wrong_code', details: { triesLeft: 3 }, requestId: 'r1' });
  });

  it.each([
    ['HTML with status 200', () => new Response('<html>', { status: 200 })],
    ['HTML with status 502', () => new Response('<html>', { status: 502 })],
    ['JSON that is no error of ours', () => json({ message: 'no' }, { status: 500 })],
    ['a code nobody knows', () => refusal('teapot', 418)],
    ['a code from the prototype', () => refusal('toString', 500)],
    ['nothing, with status 500', () => new Response(null, { status: 500 })],
  ])('is unreadable when it is %s', async (_, make) => {
    fetched.mockImplementation(() => Promise.resolve(make()));
    await expect(request('getHome', home)).rejects.toMatchObject({ name: 'NetworkError', reason: 'unreadable' });
  });

  it('is a network error without a network', async () => {
    fetched.mockRejectedValue(new TypeError('failed'));
    await expect(request('getHome', home)).rejects.toMatchObject({ reason: 'offline' });
  });

  it('sets our clock, also if it is a refusal', async () => {
    const headers = { 'x-latchkey-time': String(Date.now() + 3_600_000) };
    fetched.mockResolvedValue(json({ error: { code: 'busy', requestId: '' } }, { status: 429, headers }));
    await expect(request('getHome', home)).rejects.toThrow();
    expect(Math.round((now() - Date.now()) / 60_000)).toBe(60);
  });

  it('reports another build', async () => {
    setBuild('one');
    fetched.mockResolvedValueOnce(json({}, { headers: { 'x-latchkey-build': 'one' } }));
    await request('getSession', home);
    expect(isOutdated()).toBe(false);
    fetched.mockResolvedValueOnce(json({}, { headers: { 'x-latchkey-build': 'two' } }));
    await request('getSession', home);
    expect(isOutdated()).toBe(true);
  });
});

describe('no answer', () => {
  const never = (_: unknown, init?: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });

  it('times out after 30 seconds, later than the portal’s own deadline', async () => {
    vi.useFakeTimers();
    fetched.mockImplementation(never);
    const answer = request('getHome', home).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await answer).toEqual(new NetworkError('timeout'));
    expect(await answer).toMatchObject({ reason: 'timeout' });
  });

  it('rejects with the caller’s reason when the caller aborted', async () => {
    fetched.mockImplementation(never);
    const leaving = new AbortController();
    const answer = request('getHome', { ...home, signal: leaving.signal });
    const reason = new Error('left');
    leaving.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });
});
