import { runStepWithOutput, node } from './step.ts';

/** The size of the run, unless the environment sets it: about an hour and a half. */
const { env } = process;
const sizes = {
  SOAK_SEQUENCES: '100000',
  SOAK_REQUESTS: '10000',
  SOAK_RACES: '100',
  SOAK_FUZZ: '100000',
  SOAK_SAMPLES: '500',
  SOAK_MINUTES: '60',
  SOAK_ARCHIVED_ROWS: '20000',
  SOAK_FLOOD_ROWS: '10000',
  SOAK_SEED: String(Date.now() % 2 ** 31),
};
const given = Object.fromEntries(
  Object.entries(sizes).map(([name, size]) => [name, env[name] ?? size]),
) as typeof sizes;

// Random tests, in a size that finds what the 2,000 sequences of every run miss.
const tests = [
  'src/okta-emulator/testing/model/model.test.ts',
  'src/bff/features/factors/new-phone/replace-races.integration.test.ts',
  'src/bff/http/two-people.integration.test.ts',
  'src/bff/http/own-person.integration.test.ts',
  'src/bff/http/fuzz.integration.test.ts',
  'src/bff/http/memory-growth.integration.test.ts',
  'src/bff/features/helpdesk/resets/races.integration.test.ts',
  'src/bff/features/helpdesk/resets/crash.integration.test.ts',
  'src/bff/features/helpdesk/audit-log/floods.integration.test.ts',
  'src/bff/features/sign-in/enumeration.integration.test.ts',
  'src/bff/identity/step-up/code-attempts.property.test.ts',
  'src/bff/platform/metrics/testing/alert-times.soak.ts',
  'src/bff/records/audit-log/archive/archive.integration.test.ts',
  'src/bff/identity/step-up/code-attempts-on-the-wire.integration.test.ts',
  // `npm test` runs the kills already, so they are repeated only in a large run.
  ...(env['SOAK'] === '' ? [] : ['src/bff/records/audit-log/crash.integration.test.ts']),
];

// `npm run soak -- guards`: takes each guard of docs/security.md out of a copy; `-- guards S1 csrf`: some of them.
// `npm run soak -- guides`: does what the guides for contributors say in a copy, and checks it.
const names = process.argv.slice(2);
if (names[0] === 'guards' || names[0] === 'guides') {
  const [name, ...words] = names;
  const passed = await runStepWithOutput({ name, command: [node, `scripts/${name}.ts`, ...words] });
  process.exit(passed ? 0 : 1);
}

// With names, as in `npm run soak -- two-people`: those of them, and none of the large runs after them.
const chosen = tests.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
if (chosen.length === 0) {
  // Without a file vitest would run all.
  console.error(`no random test has ${names.join(' or ')} in its path`);
  process.exit(1);
}

const { SOAK_SEQUENCES, SOAK_REQUESTS, SOAK_RACES, SOAK_FUZZ, SOAK_MINUTES, SOAK_SEED } = given;
console.log(
  `soak: ${SOAK_SEQUENCES} sequences, ${SOAK_REQUESTS} requests, ${SOAK_RACES} races, ${SOAK_FUZZ} odd requests, ${SOAK_MINUTES} minutes; again with SOAK_SEED=${SOAK_SEED}`,
);
const command = [node, 'node_modules/vitest/vitest.mjs', 'run', '--project=node', '--reporter=verbose', ...chosen];
const passed = await runStepWithOutput({ name: 'soak', command }, { ...given, SOAK: env['SOAK'] ?? '1' });
// Measures how long others wait with so many audit rows, so it runs alone.
const LOG_ROWS = env['SOAK_LOG_ROWS'] ?? (names.length > 0 ? '0' : '5000000');
const log =
  LOG_ROWS === '0' ||
  (await runStepWithOutput(
    { name: 'audit log', command: [node, '--disable-warning=ExperimentalWarning', 'bench/audit-log-alone.ts'] },
    { LOG_ROWS },
  ));
const replicasCommand = [
  node,
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project=timed',
  '--no-file-parallelism',
  'src/testing/replicas',
];
const { SOAK_KILLS = names.length > 0 ? '0' : '200', SOAK_PEOPLE = '200' } = env;
const replicas =
  SOAK_KILLS === '0' ||
  (await runStepWithOutput(
    { name: 'replicas that die', command: replicasCommand },
    { SOAK_KILLS, SOAK_PEOPLE, SERVER_FILE: 'dist/server.js' },
  ));
process.exitCode = passed && log && replicas ? 0 : 1;
