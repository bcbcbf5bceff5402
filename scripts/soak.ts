/**
 * `npm run soak`: runs random tests longer than every run does, for about 90 minutes. Names select tests, as in `npm
 * run soak -- two-people`. `-- guards` runs `scripts/guards.ts`, `-- guides` the whole test of guides.
 */
import { globSync, readFileSync } from 'node:fs';
import { node, runStepWithOutput } from './step.ts';

const { env } = process;
const sizes = {
  SOAK: '1',
  SOAK_SEQUENCES: '100000',
  SOAK_REQUESTS: '10000',
  SOAK_RACES: '100',
  SOAK_FUZZ: '100000',
  SOAK_SAMPLES: '500',
  SOAK_MINUTES: '60',
  SOAK_FLOOD_ROWS: '10000',
  SOAK_KILLS: '200',
  SOAK_PEOPLE: '200',
  SOAK_SEED: String(Date.now() % 2 ** 31),
};
const given = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, env[name] ?? size]));

const [name = '', ...words] = process.argv.slice(2);
const vitest = [node, 'node_modules/vitest/vitest.mjs', 'run', '--reporter=verbose'];
const others: Record<string, string[]> = {
  guards: [node, 'scripts/guards.ts', ...words],
  guides: [...vitest, '--project=node', 'scripts/guides.system.test.ts'],
};
if (others[name]) process.exit((await runStepWithOutput({ name, command: others[name] }, { SOAK: '1' })) ? 0 : 1);

// These variables set the size of a test.
const files = globSync('src/**/*.{test,soak}.ts').filter(
  (file) => /SOAK/.test(readFileSync(file, 'utf8')) && [name, ...words].some((word) => file.includes(word)),
);
if (files.length === 0) {
  // Without a file, vitest would run all.
  console.error(`no random test has ${process.argv.slice(2).join(' or ')} in its path`);
  process.exit(1);
}
console.log(`soak: ${JSON.stringify(given)}`);
const isReplica = (file: string) => file.includes('/replicas/');
const commands: [name: string, files: string[], ...args: string[]][] = [
  ['soak', files.filter((file) => !isReplica(file)), '--project=node'],
  ['replicas', files.filter(isReplica), '--project=replicas', '--no-file-parallelism'],
];
const runs = commands
  .filter(([, chosen]) => chosen.length > 0)
  .map(([step, chosen, ...args]) => ({
    name: step,
    command: [...vitest, ...args, ...chosen],
  }));
// Runs alone, because it measures how long others wait with many audit rows.
if (name === '') runs.push({ name: 'audit log', command: [node, 'bench/audit-log-alone.ts'] });
for (const run of runs)
  if (!(await runStepWithOutput(run, { LOG_ROWS: '5000000', SERVER_FILE: 'dist/server.js', ...given })))
    process.exitCode = 1;
