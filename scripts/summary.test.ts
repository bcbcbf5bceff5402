import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FileLines, readSummary, sum, type Summary } from './summary.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const of = (passed: number, failures: string[] = [], skipped: string[] = []): Summary => ({
  passed,
  failures,
  skipped,
});

test('a line for each file, a sign of life in between, and a summary for the program that asked', () => {
  vi.useFakeTimers();
  const said = vi.spyOn(console, 'log').mockReturnValue();
  const file = join(temporaryFolder(), 'summary.json');
  vi.stubEnv('SUMMARY_FILE', file);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const lines = new FileLines();
  lines.begin(2);
  vi.advanceTimersByTime(9500);
  lines.add('a.test.ts', of(2, ['a.test.ts › adds: 1 is not 2'], ['a.test.ts › later']), 1500);
  lines.end();
  vi.advanceTimersByTime(30_000);
  expect(said.mock.calls.flat()).toEqual(['  … 0 of 2 files', '✗ a.test.ts: 2 passed, 1 failed, 1 skipped, 1.5 s']);
  expect(readSummary(file)).toEqual(of(2, ['a.test.ts › adds: 1 is not 2'], ['a.test.ts › later']));
  writeFileSync(file, '{');
  expect(readSummary(file)).toBeUndefined();
});

test('adds up all runners', () => {
  const both = { vitest: of(2, [], ['a › b']), browser: of(1, ['c › d: e']) };
  expect(sum({ summaries: both, failedSteps: ['browser'], ci: false })).toEqual({
    ...{ passed: 3, failed: 1, failures: ['c › d: e'], skipped: ['a › b'], reasons: [] },
  });
});

test.each<[string, Parameters<typeof sum>[0], string]>([
  ['a runner wrote nothing', { summaries: { vitest: undefined }, failedSteps: [], ci: false }, 'no test of vitest ran'],
  ['a runner ran no test', { summaries: { vitest: of(0) }, failedSteps: [], ci: false }, 'no test of vitest ran'],
  [
    'a runner failed without a failed test',
    { summaries: { vitest: of(1) }, failedSteps: ['vitest'], ci: false },
    'vitest failed',
  ],
  ['a check failed', { summaries: { vitest: of(1) }, failedSteps: ['lint'], ci: false }, 'lint failed'],
  [
    'a test was skipped in CI',
    { summaries: { vitest: of(1, [], ['a']) }, failedSteps: [], ci: true },
    '1 tests were skipped in CI',
  ],
])('counts a failure if %s', (_what, run, reason) => {
  expect(sum(run)).toMatchObject({ failed: 1, reasons: [reason] });
});
