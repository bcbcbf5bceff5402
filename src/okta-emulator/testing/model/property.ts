import fc from 'fast-check';
import type { Target } from './target-emulator.ts';
import { sequences, type Command } from './commands.ts';
import type { Seen } from './model-run.ts';
import { runModel } from './model-runner.ts';

/** A failed run prints its seed and path. */
const { SOAK_SEQUENCES: count = '2000', SOAK_SEED: seed, SOAK_PATH: path } = process.env;

/** @param share the part of all sequences, from 0 to 1 */
export const extent = (share: number): fc.Parameters<[Command[]]> => ({
  numRuns: Math.ceil(Number(count) * share),
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
});

export const agrees = (emulator: Target, seen?: Seen) =>
  fc.asyncProperty(sequences, (commands) => runModel(emulator, commands, seen));
