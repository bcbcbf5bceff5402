import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { operatorPrograms } from './scripts/commands.mjs';
import { LongestFirst } from './scripts/longest-first.ts';
import { slowTests } from './scripts/slow-tests.ts';
import { dumpPrograms, nativeFolder } from './src/testing/postgres/native.ts';

/** Generous: a test that starts processes waits for as long as a busy machine takes, and none waits for time itself. */
const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // A machine of CI may stall for minutes. What ran out of time runs once more, and the end of the output names it.
  retry: { count: process.env['CI'] ? 1 : 0, condition: /timed out/i },
  // A failure names what it compared: a log may be all that is left of it.
  chaiConfig: { truncateThreshold: 2000 },
};

/** The suites about SQL and concurrency, which `npm test` also runs on PostgreSQL. */
const onBothDatabases = [
  'src/database/**/*.test.ts',
  'src/bff/{records/{audit-log,notifications},features/reconcile,identity/{sessions,step-up,users},platform/store}/**/*.test.ts',
  'src/operator/{audit-verify,erase,outbox,unfreeze}/**/*.test.ts',
  'src/bff/features/factors/{minimums,new-phone/replace-races}.integration.test.ts',
  'src/bff/features/helpdesk/{approvals,attack-signs,freezes,recovery-codes,resets}/**/*.test.ts',
  'src/bff/features/helpdesk/locks.integration.test.ts',
  'src/bff/http/endpoints/**/*.test.ts',
];

/** Of these, what is about answers that no statement decides: on PostgreSQL only `npm run test:postgres` runs them. */
const aboutAnswers = [
  'src/bff/records/audit-log/faults.integration.test.ts',
  'src/bff/records/notifications/smtp.test.ts',
  'src/bff/identity/step-up/{at-okta*,messages,missing-step-up,wrong-codes}.integration.test.ts',
  'src/bff/identity/step-up/code-attempts-{of-every-type,on-the-wire}.integration.test.ts',
  'src/bff/features/helpdesk/resets/{bad-answers,last-moment,whole-resets}.integration.test.ts',
  'src/bff/features/helpdesk/freezes/{freeze-pace,frozen-agents}.integration.test.ts',
  'src/bff/http/endpoints/{input,refused}.integration.test.ts',
];

/** Where Debian's PostgreSQL is installed: the test takes its `pg_dump`. */
const DUMP = 'src/operator/backup/dump.integration.test.ts';

/** What starts several programs on PostgreSQL and judges how long something takes. It runs after all others. */
const timed = [
  'src/bff/platform/metrics/alert-causes.integration.test.ts',
  'src/testing/replicas/**/*.test.ts',
  'src/operator/doctor/database-checks.integration.test.ts',
  ...(process.env['SOAK_KILLS'] ? ['src/testing/replicas/*.soak.ts'] : []),
];

/** What else only PostgreSQL can run. */
const needsPostgres = [
  'src/database/{postgres,guarded-pool,tls}.integration.test.ts',
  'src/bff/platform/store/{pgbouncer,restricted-role}*.test.ts',
  DUMP,
];

/** What runs on PostgreSQL: `npm run test:postgres` runs all that touches the store. */
function onPostgres(): string[] {
  if (nativeFolder() !== null)
    return process.env['TEST_DATABASE'] === 'postgres'
      ? ['src/{bff,database,operator,testing}/**/*.test.ts']
      : [...onBothDatabases, ...needsPostgres];
  const what = 'No package has PostgreSQL for this platform: its tests are skipped.';
  if (process.env['CI']) throw new Error(what);
  console.warn(what);
  return [];
}

/** Tests that install packages, or compile and check copies of the sources: minutes, so `npm run check` leaves them out. */
const onCopies = ['scripts/{guides,bootstrap,commands.integration,two-builds}.test.ts'];

/** What `npm run check` leaves out and `npm test` runs: whatever starts portals, and the named slow files. */
const leftOut = process.env['SHORT'] ? ['src/**/*.integration.test.ts', ...Object.keys(slowTests)] : [];

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

/** Tests that run in Node, with the store on one database. */
const onDatabase = (database: 'sqlite' | 'postgres') => ({
  ...patience,
  environment: 'node' as const,
  env: { TEST_DATABASE: database },
  provide: { builtPrograms },
  ...sharedProcess,
  exclude: ['src/web/**', ...(dumpPrograms === null ? [DUMP] : [])],
});

export default defineConfig({
  test: {
    allowOnly: !process.env['CI'],
    maxWorkers: workers,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // First, since each of these files takes longer than any other.
        test: { ...patience, name: 'copies', environment: 'node', include: onCopies },
      },
      {
        test: {
          ...onDatabase('sqlite'),
          name: 'node',
          globalSetup: ['src/okta-emulator/testing/kept-keys.ts'],
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            ...(process.env['SOAK'] ? ['src/bff/**/*.soak.ts'] : []),
          ],
          exclude: [...onCopies, 'src/web/**', ...timed, ...needsPostgres, ...leftOut],
        },
      },
      {
        test: {
          ...onDatabase('postgres'),
          name: 'postgres',
          globalSetup: ['src/okta-emulator/testing/kept-keys.ts', 'src/testing/postgres/setup.ts'],
          include: onPostgres(),
          exclude: [
            ...onDatabase('postgres').exclude,
            ...timed,
            ...(process.env['TEST_DATABASE'] === 'postgres' ? [] : aboutAnswers),
          ],
        },
      },
      {
        test: {
          ...onDatabase('postgres'),
          name: 'timed',
          globalSetup: ['src/okta-emulator/testing/kept-keys.ts', 'src/testing/postgres/setup.ts'],
          include: nativeFolder() === null ? [] : timed,
          // Two at once: each waits half of its time, and a third would make portals too slow for what is judged.
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
          include: ['src/web/**/*.test.{ts,tsx}'],
        },
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
