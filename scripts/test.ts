/** `npm run check`, `npm test` and `npm run test:system`, by the first argument: `check`, `test` or `system`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countMissing, writeIds } from './catalogs.ts';
import { findChromium } from './chromium.mjs';
import { missingPrograms } from './programs.mjs';
import { node, root, runStep, runStepWithOutput, type Step } from './step.ts';
import { readSummary, sum, type Summary } from './summary.ts';

const tier = process.argv[2] as 'check' | 'test' | 'system';
const command = { check: 'npm run check', test: 'npm test', system: 'npm run test:system' }[tier];

/** Each further checker of the compiler repeats much of the work, and the other checks need cores, too. */
const checkers = String(Math.ceil(availableParallelism() / 2));

const checks: Step[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'types', command: ['tsc', '--project', '.', '--pretty', 'false', '--checkers', checkers] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--report-unused-disable-directives-severity=error'] },
  { name: 'architecture', command: [node, 'scripts/architecture-rules.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'names, lengths', command: [node, 'scripts/names.ts'] },
  { name: 'supply chain', command: [node, 'scripts/supply-chain.ts'] },
];

const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const failedSteps: string[] = [];
const summaries: Record<string, Summary | undefined> = {};

async function runTests(name: string, words: string[], env: Record<string, string> = {}): Promise<void> {
  const file = join(folder, `${name}.json`);
  const passed = await runStepWithOutput({ name, command: words }, { TIER: tier, SUMMARY_FILE: file, ...env });
  if (!passed) failedSteps.push(name);
  summaries[name] = readSummary(file);
}

/** Tests that are skipped because there is no browser. */
function skippedJourneys(): string[] {
  const program = join(root, 'node_modules/@playwright/test/cli.js');
  const env = { ...process.env, TIER: tier };
  const list = execFileSync(node, [program, 'test', '--list', '--reporter=line'], { cwd: root, env, encoding: 'utf8' });
  return list
    .split('\n')
    .flatMap((line) => /^\s+(\S+\.spec\.ts):\d+:\d+ › (.*)$/.exec(line)?.slice(1).join(' › ') ?? []);
}

if (tier !== 'system') {
  writeIds(root);
  const passed = await Promise.all(checks.map(runStep));
  failedSteps.push(...checks.filter((_, index) => !passed[index]).map(({ name }) => name));
  console.log(`Texts missing: ${countMissing(root)}`);
}
await runTests('vitest', ['vitest', 'run', '--reporter=./scripts/reporters/vitest.ts'], {
  SERVER_FILE: 'dist/server.js',
});
if (tier === 'test' && !(await runStep({ name: 'sizes', command: [node, 'scripts/sizes.ts'] })))
  failedSteps.push('sizes');
// On macOS and Windows, Playwright finds Chrome itself.
const hasBrowser = findChromium() !== undefined || process.platform !== 'linux';
if (tier !== 'check' && hasBrowser)
  // Two of the six looks of each state, without pictures.
  await runTests('browser', ['playwright', 'test', '--reporter=./scripts/reporters/playwright.ts'], { LOOKS: 'few' });
else if (tier !== 'check') summaries['browser'] = { passed: 0, failures: [], skipped: skippedJourneys() };
rmSync(folder, { recursive: true, force: true });

const missing = [...(hasBrowser ? [] : ['Chromium']), ...(tier === 'system' ? missingPrograms() : [])];
const { passed, failed, failures, skipped, reasons } = sum({ summaries, failedSteps, ci: Boolean(process.env['CI']) });
console.log();
for (const name of skipped) console.log(`- skipped: ${name}`);
if (skipped.length > 0 && missing.length > 0)
  console.log(`Not installed: ${missing.join(', ')}. \`${command} -- --install\` installs them (Debian, as root).`);
for (const line of [...failures, ...reasons]) console.log(`\n✗ ${line}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
