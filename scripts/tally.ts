import { readFileSync } from 'node:fs';

export type Tally = { passed: number; failed: number; skipped: number };

type VitestReport = {
  testResults: { name: string; status: string; message?: string; assertionResults: VitestResult[] }[];
};
type VitestResult = { status: string; fullName?: string; failureMessages?: string[] };
type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
};

/** A report's JSON, or undefined when its runner wrote none. */
function report<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Unit and integration tests from vitest's JSON report; undefined without a report. */
export function vitestTallies(file: string): { unit: Tally; integration: Tally } | undefined {
  const read = report<VitestReport>(file);
  if (!read) return undefined;
  const unit = { passed: 0, failed: 0, skipped: 0 };
  const integration = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, status, assertionResults } of read.testResults) {
    const tally = /\.integration\.test\.tsx?$/.test(name) ? integration : unit;
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    tally.passed += passed;
    tally.skipped += assertionResults.length - passed - failed;
    // A file that cannot be read, or whose set-up threw, has no failed test and counts as one failure.
    tally.failed += status === 'failed' ? Math.max(failed, 1) : failed;
  }
  return { unit, integration };
}

const firstLine = (text = '') => text.trim().split('\n')[0];
/** Enough of a reason for a random test's counterexample, without the stack. */
const beginning = (text = '') =>
  text
    .trim()
    .split(/\n\s+at /)[0]!
    .slice(0, 1500);

/**
 * Names each failed test of vitest's JSON report with its reason, and each skipped one, for the end of a long output.
 */
export function vitestUnpassed(file: string): string[] {
  return (report<VitestReport>(file)?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    const skipped = assertionResults.filter((one) => one.status !== 'failed' && one.status !== 'passed');
    if (status === 'failed' && failed.length === 0) return [`${name}: ${beginning(message)}`];
    return [
      ...failed.map(({ fullName, failureMessages }) => `${name} › ${fullName}: ${beginning(failureMessages?.[0])}`),
      ...skipped.map(({ fullName }) => `${name} › ${fullName}: skipped`),
    ];
  });
}

/** Names each test of vitest's JSON report that ran out of time and passed at its second try. */
export const vitestRetried = (file: string): string[] =>
  (report<VitestReport>(file)?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0)
      .map(({ fullName, failureMessages }) => `${name} › ${fullName}: ${firstLine(failureMessages![0])}`),
  );

/** Browser tests from Playwright's JSON report, which names those itself that passed at their second try. */
export function e2eTally(file: string): Tally | undefined {
  const read = report<PlaywrightReport>(file);
  if (!read) return undefined;
  const { expected, unexpected, flaky, skipped } = read.stats;
  return { passed: expected + flaky, failed: unexpected + read.errors.length, skipped };
}

export type Outcome = {
  tallies: Record<'unit' | 'integration' | 'e2e', Tally | undefined>;
  /** The names of failed steps, test runners included. */
  failedSteps: string[];
  /** In CI a skipped test is a failure: otherwise it would stay skipped unnoticed. */
  ci: boolean;
};

/**
 * The sum of all tests, and further reasons to fail. Each failure that is no test (types, lint, a broken runner, a kind
 * without tests) counts as one, so that a failed run never says `0 failed`; passed steps that are no tests do not
 * count.
 */
export function sum({ tallies, failedSteps, ci }: Outcome): Tally & { reasons: string[] } {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const reasons: string[] = [];
  for (const [kind, tally] of Object.entries(tallies)) {
    if (!tally || tally.passed + tally.failed === 0) reasons.push(`no ${kind} test ran`);
    total.passed += tally?.passed ?? 0;
    total.failed += tally?.failed ?? 0;
    total.skipped += tally?.skipped ?? 0;
  }
  if (ci && total.skipped > 0) reasons.push(`${total.skipped} tests were skipped in CI`);
  const runners = { vitest: ['unit', 'integration'], browser: ['e2e'] } as const;
  for (const step of failedSteps) {
    const kinds: readonly (keyof typeof tallies)[] = runners[step as keyof typeof runners] ?? [];
    const isCounted = kinds.some((kind) => (tallies[kind]?.failed ?? 0) > 0);
    if (!isCounted) reasons.push(`${step} failed`);
  }
  return { ...total, failed: total.failed + reasons.length, reasons };
}
