import { drainLimits } from './drain.ts';
import { logMessage, type MessageLog } from './log-messages.ts';

/** In ms. This long after the drain's deadline, the process exits even if a resource hangs. */
export const END_MS = 5_000;

type ShutdownOptions = {
  log: MessageLog;
  /** Makes `/readyz` answer 503. */
  announce: () => void;
  /** Writes the audit log's checkpoint, also when the shutdown hangs. */
  lastWords: () => Promise<void>;
};

export type Shutdown = {
  /** Resources are closed in reverse order. */
  closes(close: () => unknown): void;
  /**
   * Exits with 0, or with 1 when a resource could not be closed or hangs. `noticeMs`: how long requests are still
   * accepted, so that a load balancer notices the shutdown.
   */
  end(noticeMs: number): Promise<void>;
};

/** Only the first call of `end` has an effect. */
export function createShutdown({ log, announce, lastWords }: ShutdownOptions): Shutdown {
  const closers: (() => unknown)[] = [];
  let ending = false;
  return {
    closes: (close) => void closers.push(close),
    async end(noticeMs) {
      if (ending) return;
      ending = true;
      let code = 0;
      announce();
      if (noticeMs > 0) await new Promise((resolve) => setTimeout(resolve, noticeMs));
      const giveUp = () =>
        void lastWords()
          .catch(() => {})
          .finally(() => process.exit(1));
      setTimeout(giveUp, drainLimits.deadlineMs + END_MS).unref();
      for (const close of closers.reverse()) {
        try {
          await close();
        } catch (error) {
          code = 1;
          logMessage(log, 'something was not closed at the end', { err: error });
        }
      }
      process.exit(code);
    },
  };
}
