import fc from 'fast-check';
import type { Target } from './target-emulator.ts';
import { sequences, type Command } from './commands.ts';
import type { Seen } from './model-run.ts';
import { runModel } from './model-runner.ts';

/**
 * `count`: the number of sequences, 100,000 in `npm run soak`. A failure prints the seed and path that reproduce the
 * failure.
 */
const { SOAK_SEQUENCES: count = '2000', SOAK_SEED: seed, SOAK_PATH: path } = process.env;

/** @param share which part of all sequences to run, from 0 to 1 */
export const extent = (share: number): fc.Parameters<[Command[]]> => ({
  numRuns: Math.ceil(Number(count) * share),
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
});

/** The property that the emulator and the model give the same answers to any sequence. */
export const agrees = (emulator: Target, seen?: Seen) =>
  fc.asyncProperty(sequences, (commands) => runModel(emulator, commands, seen));
