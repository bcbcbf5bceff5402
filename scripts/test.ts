import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { runStepWithOutput, node, runStep, root } from './step.ts';
import { sum, vitestFailures, vitestTallies, wholeTally } from './tally.ts';

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const vitestReport = join(reports, 'vitest.json');
const wholeReport = join(reports, 'whole.json');

const failedSteps = await check(vitestReport);
if (!(await runStep({ name: 'sizes', command: [node, 'scripts/sizes.ts'] }))) failedSteps.push('sizes');
const whole = await runStepWithOutput(
  { name: 'browser', command: ['playwright', 'test'] },
  // Each state is looked at in two of its six looks; `npm run e2e` takes all.
  { PLAYWRIGHT_JSON_OUTPUT_FILE: wholeReport, LOOKS: 'few' },
);
if (!whole) failedSteps.push('browser');

const { beside, joined } = vitestTallies(vitestReport) ?? {};
const { passed, failed, skipped, reasons } = sum({
  tallies: { beside, joined, whole: wholeTally(wholeReport) },
  failedSteps,
  ci: Boolean(process.env['CI']),
});
const failures = vitestFailures(vitestReport).map((line) => line.replace(`${root}/`, ''));
rmSync(reports, { recursive: true, force: true });

console.log(failures.map((line) => `\n✗ ${line}`).join(''));
console.log(reasons.map((reason) => `\n✗ ${reason}`).join(''));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
