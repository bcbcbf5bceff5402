/** How often a terminal's line changes, and how often there is a line elsewhere, in milliseconds. */
const TERMINAL_MS = 200;
const LINE_MS = 60_000;

const number = (value: number) => Math.round(value).toLocaleString('en');

/** Seconds as somebody says them: `1 min 24 s`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export type Progress = {
  /** Says how much is done. */
  done(count: number): void;
  /** Takes the line away from a terminal. */
  end(): void;
};

type Output = { write(text: string): unknown; isTTY?: boolean };

/**
 * Shows long work while it goes on: what is done, of how much, how much a second, and the time left. On a terminal that
 * is one line, written over; elsewhere a line a minute, so that a log of a night's run stays short.
 * @param what the plural of what is counted
 * @param total how much there will be
 * @param output default: standard error, so that what a program prints stays what it prints
 */
export function showProgress(
  what: string,
  total: number,
  { output = process.stderr, now = () => performance.now() }: { output?: Output; now?: () => number } = {},
): Progress {
  const began = now();
  const everyMs = output.isTTY ? TERMINAL_MS : LINE_MS;
  let said = began;
  let isShown = false;
  return {
    done(count) {
      const at = now();
      if (at - said < everyMs) return;
      said = at;
      isShown = true;
      const rate = (count * 1000) / (at - began);
      const left = rate > 0 ? `, ${duration(Math.max(0, total - count) / rate)} left` : '';
      const percent = total > 0 ? Math.min(100, Math.floor((count * 100) / total)) : 100;
      const text = `${number(count)} of ${number(total)} ${what} (${percent} %), ${number(rate)} a second${left}`;
      output.write(output.isTTY ? `\r${text}\u001B[K` : `${text}\n`);
    },
    end() {
      if (isShown && output.isTTY) output.write('\r\u001B[K');
    },
  };
}
