import { expect, test } from 'vitest';
import { showProgress } from './progress.ts';

function shown(isTTY: boolean) {
  let at = 0;
  let text = '';
  const output = { isTTY, write: (more: string) => void (text += more) };
  const progress = showProgress('audit rows', 5_000_000, { output, now: () => at });
  return {
    ...progress,
    after(ms: number, count: number) {
      at += ms;
      progress.done(count);
    },
    text: () => text,
  };
}

test('a terminal has one line, which says done, total, rate and time left, and goes away', () => {
  const terminal = shown(true);
  terminal.after(100, 1000);
  expect(terminal.text()).toBe('');
  terminal.after(99_900, 1_000_000);
  expect(terminal.text()).toBe('\r1,000,000 of 5,000,000 audit rows (20 %), 10,000 a second, 6 min 40 s left\u001B[K');
  terminal.after(199, 1_100_000);
  terminal.after(1, 1_100_000);
  expect(terminal.text().match(/left/g)).toHaveLength(2);
  terminal.end();
  expect(terminal.text().endsWith('\r\u001B[K')).toBe(true);
  expect(terminal.text()).not.toContain('\n');
});

test('elsewhere there is a line a minute, and nothing for work that takes less', () => {
  const log = shown(false);
  for (let second = 0; second < 59; second += 1) log.after(1000, second * 1000);
  log.end();
  expect(log.text()).toBe('');
  for (let second = 59; second < 180; second += 1) log.after(1000, (second + 1) * 1000);
  log.end();
  expect(log.text()).toBe(
    [60, 120, 180]
      .map(
        (at) =>
          `${at},000 of 5,000,000 audit rows (${Math.floor(at / 50)} %), 1,000 a second, ${left(5000 - at)} left\n`,
      )
      .join(''),
  );
});

const left = (seconds: number) => `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;

test('nothing done, and more than the total, are said as they are', () => {
  const log = shown(false);
  log.after(60_000, 0);
  log.after(60_000, 6_000_000);
  expect(log.text()).toBe(
    '0 of 5,000,000 audit rows (0 %), 0 a second\n6,000,000 of 5,000,000 audit rows (100 %), 50,000 a second, 0 s left\n',
  );
});
