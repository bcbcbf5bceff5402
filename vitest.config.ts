import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { operatorPrograms } from './scripts/commands.mjs';
import { nativeFolder } from './src/testing/postgres/native.ts';

/** `check`, `test` or `system`: whose tests run (`scripts/test.ts`). Without it, as in `npx vitest`, all. */
const tier = process.env['TIER'] || 'all';

/** The tests of a folder in this tier, by their names alone. */
const testsIn = (folder: string) => `${folder}/**/*${tier === 'system' ? '.system' : ''}.test.{ts,tsx}`;
const otherTiers =
  {
    check: ['**/*.{integration,system}.test.*'],
    test: ['**/*.system.test.*'],
  }[tier] ?? [];

/** Generous: a test that starts processes waits for as long as a busy machine takes, and none waits for time itself. */
const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // A failure names what it compared: a log may be all that is left of it.
  chaiConfig: { truncateThreshold: 2000 },
};

/** The built programs by their sources. `npm run check` builds first and sets the variable; a single file does not. */
const builtPrograms = Object.fromEntries(
  Object.entries(process.env['SERVER_FILE'] ? operatorPrograms : {}).map(([name, source]) => [
    source,
    `dist/programs/${name}.js`,
  ]),
);

/** Tests that start programs or send emails mostly wait: half as many workers again keep all cores busy. */
const workers = Math.ceil(availableParallelism() * 1.5);

/** One process runs many files, which saves loading packages; `fresh-modules.ts` keeps our modules apart. */
const sharedProcess = { isolate: false, setupFiles: ['src/testing/fresh-modules.ts'] };

const emulatorKeys = 'src/okta-emulator/testing/kept-keys.ts';
const inNode = {
  ...patience,
  ...sharedProcess,
  environment: 'node' as const,
  provide: { builtPrograms },
};

/** What starts replicas: two files at once, after all others, since a third makes portals too slow. */
const replicas = 'src/testing/replicas';

/** Every test of these folders that opens a store: a plain one names the module that opens it. */
const onPostgres = () =>
  globSync('src/{bff,database,operator}/**/*.test.ts').filter(
    (file) =>
      !file.includes('.sqlite.') &&
      (/\.(?:integration|system)\.test\.ts$/.test(file) || /testing\/store\.ts'/.test(readFileSync(file, 'utf8'))),
  );

const postgres = {
  ...inNode,
  env: { TEST_DATABASE: 'postgres' },
  globalSetup: [emulatorKeys, 'src/testing/postgres/setup.ts'],
};
const hasPostgres = nativeFolder() !== null && !['check', 'test'].includes(tier);

export default defineConfig({
  test: {
    allowOnly: !process.env['CI'],
    maxWorkers: workers,
    projects: [
      {
        test: {
          ...inNode,
          name: 'node',
          env: { TEST_DATABASE: 'sqlite' },
          globalSetup: [emulatorKeys],
          include: [testsIn('src'), testsIn('scripts'), testsIn('bench')],
          exclude: [...otherTiers, 'src/web/**', `${replicas}/**`, '**/*.postgres.system.test.ts'],
        },
      },
      { test: { ...postgres, name: 'postgres', include: hasPostgres ? onPostgres() : [] } },
      {
        test: {
          ...postgres,
          name: 'replicas',
          include: hasPostgres
            ? [`${replicas}/**/*.test.ts`, ...(process.env['SOAK_KILLS'] ? [`${replicas}/*.soak.ts`] : [])]
            : [],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: './vite.config.ts',
        test: {
          ...patience,
          ...sharedProcess,
          name: 'web',
          // It inherits nothing from here.
          maxWorkers: workers,
          environment: 'happy-dom',
          include: [testsIn('src/web')],
          exclude: otherTiers,
        },
      },
    ],
  },
});
