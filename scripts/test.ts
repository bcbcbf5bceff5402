import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { runStepWithOutput, node, runStep, root } from './step.ts';
import { sum, vitestRetried, vitestUnpassed, vitestTallies, e2eTally } from './tally.ts';

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const vitestReport = join(reports, 'vitest.json');
const e2eReport = join(reports, 'e2e.json');

const failedSteps = await check(vitestReport);
if (!(await runStep({ name: 'sizes', command: [node, 'scripts/sizes.ts'] }))) failedSteps.push('sizes');
const e2e = await runStepWithOutput(
  { name: 'browser', command: ['playwright', 'test'] },
  // `npm test` checks each state in two of its six looks, by axe in one, without pictures; `npm run e2e` takes all six.
  { PLAYWRIGHT_JSON_OUTPUT_FILE: e2eReport, LOOKS: 'few' },
);
if (!e2e) failedSteps.push('browser');

const { unit, integration } = vitestTallies(vitestReport) ?? {};
const { passed, failed, skipped, reasons } = sum({
  tallies: { unit, integration, e2e: e2eTally(e2eReport) },
  failedSteps,
  ci: Boolean(process.env['CI']),
});
const short = (line: string) => line.replaceAll(`${root}/`, '');
const failures = vitestUnpassed(vitestReport).map(short);
const retried = vitestRetried(vitestReport).map(short);
rmSync(reports, { recursive: true, force: true });

console.log(retried.map((line) => `\n~ passed at its second try: ${line}`).join(''));
console.log(failures.map((line) => `\n✗ ${line}`).join(''));
console.log(reasons.map((reason) => `\n✗ ${reason}`).join(''));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
