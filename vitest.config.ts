import { defineConfig } from 'vitest/config';

/** Generous: a test that starts processes waits for as long as a busy machine takes, and none waits for time itself. */
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    allowOnly: !process.env['CI'],
    projects: [
      {
        test: {
          ...patience,
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['src/web/**'],
        },
      },
      {
        extends: './vite.config.ts',
        test: { ...patience, name: 'web', environment: 'happy-dom', include: ['src/web/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
