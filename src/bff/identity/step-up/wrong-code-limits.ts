import { DAY_MS, HOUR_MS, MINUTE_MS } from '#clock';

/** The most wrong codes of one kind in 24 hours. */
const MOST_A_DAY = 12;
/** Numbers of wrong codes of one kind within 24 hours, and for how many milliseconds each number blocks the kind. */
const pauses = new Map([
  [4, 5 * MINUTE_MS],
  [8, HOUR_MS],
]);

/** The most wrong codes of one kind without a right one, over any time (NIST SP 800-63B-4, 3.2.2). */
export const MOST_IN_A_ROW = 100;
/** From this number of wrong codes of one kind in a day, the person is notified. */
export const NOTIFY_FROM = 8;
export const WINDOW_MS = DAY_MS;

/** How many of the times (ms) are in the 24 hours that end with `now`. */
export const withinDay = (times: readonly number[], now: number): number =>
  times.filter((at) => at > now - WINDOW_MS).length;

/** `times` (ms) are ascending and cover at least two days. Returns until when they block the kind (ms), or 0. */
export function closedUntil(times: readonly number[]): number {
  let until = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while (times[first]! <= at - WINDOW_MS) first += 1;
    const count = index - first + 1;
    const closes = count >= MOST_A_DAY ? times[index - MOST_A_DAY + 1]! + WINDOW_MS : at + (pauses.get(count) ?? 0);
    if (closes > at) until = Math.max(until, closes);
  }
  return until;
}

export function countTriesLeft(times: readonly number[], now: number): number {
  const count = withinDay(times, now);
  const step = [...pauses.keys(), MOST_A_DAY].find((most) => most > count);
  return step === undefined ? 0 : step - count;
}
