import type { PurposeText } from '#contract/purposes.ts';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setNow } from '../../api/client/clock.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../testing/edge.ts';
import { mountScreen } from '../../testing/screen.tsx';
import PushVerification from './push-verification.tsx';

const factorId = 'opf00000000000000001';
const transactionId = 'v2mst.abcdefghijkl';
const verify = `/api/factors/${factorId}/verify`;
const transaction = `/api/factors/${factorId}/transactions/${transactionId}`;

let sent: Sent[];
let number: number | null;
let pollReplies: () => Response | Promise<Response>;
const pollReply = (factorResult: string): Response => reply(200, { factorResult, expiresAt: expires(), number });
const expires = (): string => new Date(Date.now() + 300_000).toISOString();
const asked = (method: string): Sent[] =>
  sent.filter((one) => one.method === method && one.path === (method === 'POST' ? `${transaction}/poll` : transaction));
const pass = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  setNow(Date.now());
  number = 42;
  pollReplies = () => pollReply('WAITING');
  sent = fakeEdge(({ method, path }) => {
    if (path === verify) return reply(200, { factorResult: 'WAITING', transactionId, expiresAt: expires(), number });
    return method === 'DELETE' ? reply(204) : pollReplies();
  });
});

type Ways = { onChooseAnother?: () => void; onUseCode?: () => void };
function open({ purpose, ...ways }: { purpose?: PurposeText } & Ways = {}) {
  const right = vi.fn<() => void>();
  const props = {
    factorId,
    kind: 'okta-verify',
    name: 'Okta Verify',
    detail: 'Pixel 8',
    submit: 'test.check',
  } as const;
  const opened = mountScreen(<PushVerification {...props} purpose={purpose} onVerified={right} {...ways} />);
  return { ...opened, right };
}
async function send(press = 'Send a push'): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name: press }));
  await screen.findByText(/Waiting for your phone/);
}

describe('a push', () => {
  it('is sent when asked, and its number is shown and announced', async () => {
    open();
    expect(screen.getByText('We’ll ask Pixel 8. Have your phone at hand.')).toBeDefined();
    expect(sent).toEqual([]);
    await send();
    expect(screen.getByText('42').getAttribute('translate')).toBe('no');
    expect(screen.getByRole('status').textContent).toBe('On your phone, choose 42.');
    expect(screen.getByRole('timer').textContent).toMatch(/^(?:5:00|4:5\d)$/);
    expect(sent[0]!.body).toEqual({});
  });

  it('is polled every four seconds in the background until it is approved', async () => {
    const { right } = open({ purpose: 'enroll:totp' });
    await send();
    expect(sent[0]!.body).toEqual({ purpose: 'enroll:totp' });
    await waitFor(() => expect(asked('POST')).toHaveLength(1));
    await pass(3500);
    expect(asked('POST')).toHaveLength(1);
    await pass(1000);
    expect(asked('POST')).toHaveLength(2);
    pollReplies = () => pollReply('SUCCESS');
    await pass(4000);
    await waitFor(() => expect(right).toHaveBeenCalledTimes(1));
    await pass(20_000);
    expect(asked('POST')).toHaveLength(3);
    expect(asked('POST').every(({ headers }) => headers.get('x-latchkey-poll') === '1')).toBe(true);
    expect(right).toHaveBeenCalledTimes(1);
    // The push is already approved, so leaving the page does not cancel it.
    cleanup();
    expect(asked('DELETE')).toEqual([]);
  });

  it('that does not arrive tells to open the app, and offers a code where there is one', async () => {
    const useCode = vi.fn<() => void>();
    open({ onUseCode: useCode });
    await send();
    await pass(15_000);
    expect(screen.queryByRole('button', { name: 'Use a code instead' })).toBeNull();
    await pass(6000);
    expect(screen.getByRole('status').textContent).toMatch(/^Nothing on your phone\? Open Okta Verify/);
    fireEvent.click(screen.getByRole('button', { name: 'Use a code instead' }));
    expect(useCode).toHaveBeenCalledTimes(1);
    cleanup();
    open();
    await send();
    await pass(21_000);
    expect(document.body.textContent).toContain('Open Okta Verify there');
    expect(screen.queryByRole('button', { name: 'Use a code instead' })).toBeNull();
  });

  it('asks to approve without a number, and shows one that comes later', async () => {
    number = null;
    open();
    await send();
    expect(screen.getAllByText('Approve the request on your phone.').length).toBe(2);
    number = 7;
    await pass(4500);
    await waitFor(() => expect(screen.getByText('7')).toBeDefined());
    expect(screen.getByRole('status').textContent).toBe('On your phone, choose 7.');
  });

  it.each([
    ['REJECTED', /^The request was denied, or another number was chosen\. If you chose the wrong one/],
    ['TIMEOUT', /^Your phone didn’t answer in time\./],
    ['CANCELLED', /^Cancelled\./],
  ])('that ends as %s is explained with the focus on it, and can be sent again', async (result, words) => {
    const other = vi.fn<() => void>();
    const { right } = open({ onChooseAnother: other });
    await send();
    pollReplies = () => pollReply(result);
    await pass(4500);
    await waitFor(async () => expect(document.activeElement).toBe(await screen.findByText(words)));
    // The number of the ended push is no longer announced.
    expect(screen.getByRole('status').textContent).toBe('');
    expect(right).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Use another way' }));
    expect(other).toHaveBeenCalled();
    pollReplies = () => pollReply('WAITING');
    await send('Send another');
    expect(asked('DELETE')).toEqual([]);
  });

  it.each([
    ['leaving the screen', () => cleanup()],
    ['leaving the page', () => void window.dispatchEvent(new Event('pagehide'))],
  ])('is withdrawn by %s, once', async (_, leave) => {
    open();
    await send();
    act(leave);
    cleanup();
    expect(asked('DELETE')).toHaveLength(1);
  });

  it('waits and says so while the portal is unreachable', async () => {
    open();
    await send();
    pollReplies = () => Promise.reject(new TypeError('no network'));
    await pass(4500);
    expect((await screen.findByRole('alert')).textContent).toContain('We couldn’t reach Latchkey');
    expect(screen.getByText('42')).toBeDefined();
    pollReplies = () => pollReply('WAITING');
    await pass(4500);
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('ends when it no longer exists', async () => {
    open();
    await send();
    pollReplies = () => reply(404, refusal('not_found'));
    await pass(4500);
    expect((await screen.findByRole('alert')).textContent).toContain('It no longer exists.');
    const before = asked('POST').length;
    await pass(20_000);
    expect(asked('POST')).toHaveLength(before);
  });

  it('ends by our own clock without an answer', async () => {
    open();
    await send();
    pollReplies = () => Promise.reject(new TypeError('no network'));
    for (let minute = 0; minute < 5; minute += 1) for (let part = 0; part < 6; part += 1) await pass(10_000);
    await pass(10_000);
    expect(screen.queryByText(/^Your phone didn’t answer/)).toBeNull();
    await pass(10_000);
    expect(screen.getByText(/^Your phone didn’t answer in time\./)).toBeDefined();
  });

  it('is not polled while the page is hidden', async () => {
    open();
    await send();
    await waitFor(() => expect(asked('POST')).toHaveLength(1));
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await pass(20_000);
    expect(asked('POST')).toHaveLength(1);
    visibility.mockRestore();
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await pass(4500);
    expect(asked('POST').length).toBeGreaterThan(1);
  });

  it('offers another way when it is too weak', async () => {
    vi.unstubAllGlobals();
    fakeEdge(() => reply(403, refusal('step_up_required', { purpose: 'enroll:totp', strength: 3, options: [] })));
    open({ purpose: 'enroll:totp', onChooseAnother: () => {} });
    fireEvent.click(screen.getByRole('button', { name: 'Send a push' }));
    expect(await screen.findByText(/^Your phone didn’t ask for a number/)).toBeDefined();
    expect(screen.queryByRole('button', { name: /Send/ })).toBeNull();
    expect(screen.getByRole('button', { name: 'Use another way' })).toBeDefined();
  });
});
