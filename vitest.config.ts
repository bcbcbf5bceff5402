import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/** Generous: a test that starts processes waits for as long as a busy machine takes, and none waits for time itself. */
const patience = { testTimeout: 90_000, hookTimeout: 90_000 };

export default defineConfig({
  test: {
    allowOnly: !process.env['CI'],
    // Tests that start programs or send emails mostly wait: half as many workers again keep all cores busy.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...patience,
          name: 'node',
          environment: 'node',
          // One process runs many files; `fresh-modules.ts` keeps their modules apart.
          isolate: false,
          setupFiles: ['src/testing/fresh-modules.ts'],
          globalSetup: ['src/okta-emulator/testing/kept-keys.ts'],
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/web/**'],
        },
      },
      {
        extends: './vite.config.ts',
        test: { ...patience, name: 'web', environment: 'happy-dom', include: ['src/web/**/*.test.{ts,tsx}'] },
      },
      {
        // The bench in its small size: it opens a browser, so it is part of `npm test` and not of `npm run check`. It is
        // judged by counts and sizes only, so other tests may run beside it.
        test: {
          ...patience,
          name: 'bench',
          environment: 'node',
          include: ['bench/**/*.test.ts'],
        },
      },
    ],
  },
});
