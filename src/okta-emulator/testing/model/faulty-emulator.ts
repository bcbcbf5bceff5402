import type { Target, Reply } from './target-emulator.ts';

type ApiCall = { method: string; path: string; body: Record<string, unknown> };

/** `fault` may return a different reply. */
export const faultyEmulator = (
  emulator: Target,
  fault: (sent: ApiCall, reply: Reply, emulator: Target) => Reply | Promise<Reply>,
): Target => ({
  ...emulator,
  async call(method, path, body = {}) {
    return fault({ method, path, body: body as ApiCall['body'] }, await emulator.call(method, path, body), emulator);
  },
});
