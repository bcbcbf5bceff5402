import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { operatorPrograms } from './scripts/commands.mjs';
import { nativeFolder } from './src/testing/postgres/native.ts';

/** `check`, `test` or `system`. Without it, all tests run. */
const tier = process.env['TIER'] || 'all';

/** The file name alone decides. */
const testsIn = (folder: string) => `${folder}/**/*${tier === 'system' ? '.system' : ''}.test.{ts,tsx}`;
const exclude =
  { check: ['**/*.{integration,system}.test.*'], test: ['**/*.system.test.*'] }[tier as 'check' | 'test'] ?? [];

const replicas = 'src/testing/replicas';

/** Tests in these folders that open a store. A plain test names the module that opens it. */
const onPostgres = () =>
  globSync('src/{bff,database,operator}/**/*.test.ts').filter(
    (file) => /\.(?:integration|system)\.test/.test(file) || /testing\/store\.ts'/.test(readFileSync(file, 'utf8')),
  );
const hasPostgres = nativeFolder() !== null && !['check', 'test'].includes(tier);

/** `npm run check` builds first and sets the variable. */
const builtPrograms = Object.fromEntries(
  Object.entries(process.env['SERVER_FILE'] ? operatorPrograms : {}).map(([name, source]) => [
    source,
    `dist/programs/${name}.js`,
  ]),
);

const everywhere = {
  // A busy machine may be slow. No test waits for time itself.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // A failure names the compared values, because a log may be all that is left.
  chaiConfig: { truncateThreshold: 2000 },
  // One process runs many files, which saves loading packages. `fresh-modules.ts` separates our modules.
  isolate: false,
  setupFiles: ['src/testing/fresh-modules.ts'],
  // Many tests mostly wait, so half as many workers again keep all cores busy.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
const sqlite = {
  ...everywhere,
  environment: 'node' as const,
  env: { TEST_DATABASE: 'sqlite' },
  provide: { builtPrograms },
  globalSetup: ['src/okta-emulator/testing/kept-keys.ts'],
};
const postgres = {
  ...sqlite,
  env: { TEST_DATABASE: 'postgres' },
  globalSetup: [...sqlite.globalSetup, 'src/testing/postgres/setup.ts'],
};
const soak = process.env['SOAK_KILLS'] ? [`${replicas}/*.soak.ts`] : [];

export default defineConfig({
  test: {
    allowOnly: !process.env['CI'],
    maxWorkers: everywhere.maxWorkers,
    projects: [
      {
        test: {
          ...sqlite,
          name: 'node',
          include: [
            ...['src', 'scripts', 'bench'].map(testsIn),
            ...(process.env['SOAK'] ? ['src/bff/**/*.soak.ts'] : []),
          ],
          exclude: [...exclude, 'src/web/**', `${replicas}/**`, '**/*.postgres.system.test.ts'],
        },
      },
      { test: { ...postgres, name: 'postgres', include: hasPostgres ? onPostgres() : [] } },
      {
        test: {
          ...postgres,
          name: 'replicas',
          include: hasPostgres ? [`${replicas}/**/*.test.ts`, ...soak] : [],
          // After all others, and two files at a time: a third would make portals too slow.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: './vite.config.ts',
        test: {
          ...everywhere,
          name: 'web',
          environment: 'happy-dom',
          include: [testsIn('src/web')],
          exclude,
          setupFiles: [...everywhere.setupFiles, 'src/web/testing/messages.ts'],
        },
      },
    ],
  },
});
