import { availableParallelism } from 'node:os';
import { writeIds } from './catalogs.ts';
import { counts, sentenceOf } from './counts.ts';
import { runStepWithOutput, node, root, runStep, type Step } from './step.ts';

/** Fails on a file that `npm run format` would change; `.oxfmtrc.json` lists exceptions. */
export const format: Step = { name: 'format', command: ['oxfmt', '--check'] };

/** Each further checker of the compiler repeats much of the work, and the other checks need cores too. */
const checkers = String(Math.ceil(availableParallelism() / 2));

const checks: Step[] = [
  format,
  { name: 'types', command: ['tsc', '--project', '.', '--pretty', 'false', '--checkers', checkers] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--report-unused-disable-directives-severity=error'] },
  { name: 'architecture', command: [node, 'scripts/architecture-rules.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'names, lengths', command: [node, 'scripts/names.ts'] },
  { name: 'supply chain', command: [node, 'scripts/supply-chain.ts'] },
];

/** What `npm run check` runs of vitest's projects: what starts no portal, but the slow files (`slow-tests.ts`). */
const short = { args: ['--project=node', '--project=web'], env: { SHORT: '1' } };

/**
 * Gives the names of the failed steps. With a path for vitest's JSON report, as in `npm test`, it runs every project:
 * also those on PostgreSQL, on copies of the sources, and the small bench, which opens a browser.
 */
export async function check(vitestReport?: string): Promise<string[]> {
  writeIds(root);
  const passed = await Promise.all(checks.map(runStep));
  const failed = checks.filter((_, index) => !passed[index]).map(({ name }) => name);
  const { args, env } = vitestReport
    ? { args: ['--reporter=json', `--outputFile.json=${vitestReport}`], env: {} }
    : short;
  const tests = await runStepWithOutput(
    { name: 'vitest', command: ['vitest', 'run', '--reporter=default', ...args] },
    { SERVER_FILE: 'dist/server.js', ...env },
  );
  console.log(`\n${sentenceOf(counts(root))}`);
  return tests ? failed : [...failed, 'vitest'];
}

if (import.meta.main) {
  const failed = await check();
  console.log(failed.length > 0 ? `\ncheck failed: ${failed.join(', ')}` : '\ncheck: all well');
  process.exitCode = failed.length > 0 ? 1 : 0;
}
