import { act, cleanup, screen } from '@testing-library/react';
import { type ReactElement, useLayoutEffect } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { setNow } from '../../api/client/clock.ts';
import { mountScreen } from '../../testing/screen.tsx';
import { Countdown } from './countdown.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  setNow(Date.now());
});

it('begins with the whole period though the page’s clock is late, and ends on time', () => {
  vi.useFakeTimers();
  const receivedAt = Date.now();
  setNow(receivedAt, performance.now() + 300);
  const onEnd = vi.fn<() => void>();
  mountScreen(<Countdown until={new Date(receivedAt + 15 * 60_000).toISOString()} onEnd={onEnd} />);
  expect(screen.getByRole('timer').textContent).toBe('15:00');
  act(() => void vi.advanceTimersByTime(15 * 60_000 - 250));
  expect([screen.getByRole('timer').textContent, onEnd.mock.calls.length]).toEqual(['0:01', 0]);
  act(() => void vi.advanceTimersByTime(750));
  expect([screen.getByRole('timer').textContent, onEnd.mock.calls.length]).toEqual(['0:00', 1]);
});

it('says the right time from its first frame', () => {
  vi.useFakeTimers();
  setNow(Date.now());
  const until = new Date(Date.now() + 90_000).toISOString();
  const frames: (string | null)[] = [];
  // A layout effect runs before the effect that starts the countdown, so it sees the first text.
  const Watched = (): ReactElement => {
    useLayoutEffect(() => void frames.push(screen.getByRole('timer').textContent));
    return <Countdown until={until} />;
  };
  mountScreen(<Watched />);
  expect(frames[0]).toBe('1:30');
});
