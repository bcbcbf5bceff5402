import { setTimeout as pause } from 'node:timers/promises';
import type { Reply, Visitor } from '../visitor.ts';

/** What one request came to: `answer` is its status, or why there was none. Times are `performance.now()`. */
export type Probe = { begun: number; ms: number; answer: number | string };
export type Prober = { probes: Probe[]; stop(): Promise<void> };

/** Makes the same request over and over, with a short pause between an answer and the next. */
export function startProber(ask: () => Promise<Reply>, everyMs = 50): Prober {
  const probes: Probe[] = [];
  let isOver = false;
  const probing = (async () => {
    while (!isOver) {
      const begun = performance.now();
      const answer = await ask().then(
        ({ status }) => status,
        (error: unknown) => String((error as Error).message),
      );
      probes.push({ begun, ms: performance.now() - begun, answer });
      await pause(everyMs);
    }
  })();
  return {
    probes,
    async stop() {
      isOver = true;
      await probing;
    },
  };
}

/** A browser that opens one path. */
export const opening = (visitor: Visitor, path: string) => () =>
  visitor.raw({ path, headers: { accept: 'text/html' } });
