import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sum, vitestRetried, vitestUnpassed, vitestTallies, e2eTally, type Outcome } from './tally.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

let folder: string;
beforeEach(() => void (folder = temporaryFolder()));

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const tests = (...statuses: string[]) => statuses.map((status) => ({ status }));

test('vitest: separates integration tests from unit tests, and counts an unreadable file as one failure', () => {
  const file = report({
    testResults: [
      { name: '/x/a.test.ts', status: 'passed', assertionResults: tests('passed', 'passed', 'pending', 'todo') },
      { name: '/x/b.integration.test.ts', status: 'failed', assertionResults: tests('passed', 'failed') },
      { name: '/x/c.integration.test.ts', status: 'failed', assertionResults: [] },
    ],
  });
  expect(vitestTallies(file)).toEqual({
    unit: { passed: 2, failed: 0, skipped: 2 },
    integration: { passed: 1, failed: 2, skipped: 0 },
  });
  expect(vitestTallies(join(folder, 'none.json'))).toBeUndefined();
});

test('vitest: names each failed or skipped test and each unreadable file with its reason', () => {
  const failed = { status: 'failed', fullName: 'adds one', failureMessages: ['Error: 1 is not 2\n    at line 3'] };
  const file = report({
    testResults: [
      { name: '/x/a.test.ts', status: 'failed', assertionResults: [...tests('passed'), failed] },
      { name: '/x/b.test.ts', status: 'failed', message: 'No such module\n    at line 1', assertionResults: [] },
      { name: '/x/c.test.ts', status: 'passed', assertionResults: tests('passed') },
      { name: '/x/d.test.ts', status: 'passed', assertionResults: [{ status: 'skipped', fullName: 'adds two' }] },
    ],
  });
  expect(vitestUnpassed(file)).toEqual([
    '/x/a.test.ts › adds one: Error: 1 is not 2',
    '/x/b.test.ts: No such module',
    '/x/d.test.ts › adds two: skipped',
  ]);
  expect(vitestUnpassed(join(folder, 'none.json'))).toEqual([]);
});

test('vitest: names what passed at its second try, and what a random test found', () => {
  const reason = 'Error: Property failed after 1 tests\n{ seed: 7 }\nCounterexample: [2]\n    at line 3';
  const late = { status: 'passed', fullName: 'adds one', failureMessages: ['Error: Test timed out in 9 ms.\n  at'] };
  const found = { status: 'failed', fullName: 'adds any', failureMessages: [reason] };
  const file = report({
    testResults: [{ name: '/x/a.test.ts', status: 'failed', assertionResults: [late, found, ...tests('passed')] }],
  });
  expect(vitestRetried(file)).toEqual(['/x/a.test.ts › adds one: Error: Test timed out in 9 ms.']);
  expect(vitestUnpassed(file)).toEqual([`/x/a.test.ts › adds any: ${reason.split('\n    at')[0]}`]);
});

test('browser: counts a test that passed at its second try as passed, and errors outside tests as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(e2eTally(report({ stats, errors: [{}] }))).toEqual({ passed: 6, failed: 2, skipped: 2 });
  expect(e2eTally(join(folder, 'none.json'))).toBeUndefined();
});

describe('the summary line', () => {
  const three = { passed: 3, failed: 0, skipped: 0 };
  const well: Outcome = { tallies: { unit: three, integration: three, e2e: three }, failedSteps: [], ci: true };
  const summed = (change: Partial<Outcome>) => sum({ ...well, ...change });

  test('sums the three kinds', () => {
    expect(sum(well)).toEqual({ passed: 9, failed: 0, skipped: 0, reasons: [] });
  });

  test.each(['unit', 'integration', 'e2e'] as const)('fails when no %s test ran', (kind) => {
    const none = { passed: 0, failed: 0, skipped: 4 };
    for (const tally of [none, undefined]) {
      const { failed, reasons } = summed({ tallies: { ...well.tallies, [kind]: tally }, ci: false });
      expect([failed, reasons]).toEqual([1, [`no ${kind} test ran`]]);
    }
  });

  test('counts a failed check once, and a runner only when none of its tests failed', () => {
    expect(summed({ failedSteps: ['lint', 'types'] }).failed).toBe(2);
    expect(summed({ failedSteps: ['vitest'] }).reasons).toEqual(['vitest failed']);
    const oneFailed = { passed: 2, failed: 1, skipped: 0 };
    const tallies = { ...well.tallies, integration: oneFailed };
    expect(summed({ tallies, failedSteps: ['vitest'] })).toMatchObject({ failed: 1, reasons: [] });
    expect(summed({ tallies, failedSteps: ['vitest', 'browser'] }).failed).toBe(2);
  });

  test('fails for a skipped test in CI only', () => {
    const tallies = { ...well.tallies, e2e: { passed: 1, failed: 0, skipped: 1 } };
    expect(summed({ tallies }).failed).toBe(1);
    expect(summed({ tallies, ci: false })).toMatchObject({ failed: 0, skipped: 1 });
  });
});
