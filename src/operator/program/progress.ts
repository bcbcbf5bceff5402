/** Time between two changes of a terminal's line (`TERMINAL_MS`), and between two lines elsewhere (`LINE_MS`). */
const TERMINAL_MS = 200;
const LINE_MS = 60_000;

const number = (value: number) => Math.round(value).toLocaleString('en');

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export type Progress = {
  done(count: number): void;
  end(): void;
};

type Output = { write(text: string): unknown; isTTY?: boolean };

/**
 * On a terminal, one line is overwritten. Any other output gets a line a minute, so that the log of a long run stays
 * short. `output` is standard error by default, because the program's result goes to standard output. `what`: what is
 * counted, in the plural.
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
