import { setTimeout as pause } from 'node:timers/promises';
import type { Reply, Visitor } from '../visitor.ts';

/** `answer`: the status or the error. `begun`: `performance.now()` at the start. */
export type Probe = { begun: number; ms: number; answer: number | string };
export type Prober = { probes: Probe[]; stop(): Promise<void> };

/** Pauses for `everyMs` after each answer. */
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

export const opening = (visitor: Visitor, path: string) => () =>
  visitor.raw({ path, headers: { accept: 'text/html' } });
