import { readFileSync, writeFileSync } from 'node:fs';

/** The runner writes it to the file that `SUMMARY_FILE` names. */
export type Summary = {
  passed: number;
  /** `file › title: reason`. */
  failures: string[];
  /** `file › title`. */
  skipped: string[];
};

/** Prints a line for each file, and one when no file has ended for ten seconds. */
export class FileLines {
  readonly summary: Summary = { passed: 0, failures: [], skipped: [] };
  #files = 0;
  #quietSince = Date.now();
  #timer: NodeJS.Timeout | undefined;

  begin(files: number): void {
    this.#timer = setInterval(() => {
      if (Date.now() - this.#quietSince > 8000) this.#print(`  … ${this.#files} of ${files} files`);
    }, 1000).unref();
  }

  add(file: string, { passed, failures, skipped }: Summary, ms: number): void {
    this.#files += 1;
    this.summary.passed += passed;
    this.summary.failures.push(...failures);
    this.summary.skipped.push(...skipped);
    const parts = [
      `${passed} passed`,
      ...(failures.length > 0 ? [`${failures.length} failed`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ];
    this.#print(`${failures.length > 0 ? '✗' : '✓'} ${file}: ${parts.join(', ')}, ${(ms / 1000).toFixed(1)} s`);
  }

  /** Prints the failures if `SUMMARY_FILE` is not set. */
  end(): void {
    clearInterval(this.#timer);
    const file = process.env['SUMMARY_FILE'];
    if (file) writeFileSync(file, JSON.stringify(this.summary));
    else for (const failure of this.summary.failures) console.log(`\n✗ ${failure}`);
  }

  #print(line: string): void {
    this.#quietSince = Date.now();
    console.log(line);
  }
}

/** Undefined if the runner wrote no summary. */
export function readSummary(file: string): Summary | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Summary;
  } catch {
    return undefined;
  }
}

export type Run = {
  /** Keys are the names of the runners' steps. */
  summaries: Record<string, Summary | undefined>;
  failedSteps: string[];
  /** In CI, a skipped test is a failure: otherwise nobody would notice it. */
  ci: boolean;
};

/** A failure without a test (types, lint) is counted as one, so that a failed run never says `0 failed`. */
export function sum({ summaries, failedSteps, ci }: Run) {
  const all = Object.values(summaries).filter((one) => one !== undefined);
  const failures = all.flatMap((one) => one.failures);
  const skipped = all.flatMap((one) => one.skipped);
  const reasons: string[] = [];
  for (const [name, one] of Object.entries(summaries))
    if (!one || one.passed + one.failures.length + one.skipped.length === 0) reasons.push(`no test of ${name} ran`);
  if (ci && skipped.length > 0) reasons.push(`${skipped.length} tests were skipped in CI`);
  for (const name of failedSteps) if (!summaries[name]?.failures.length) reasons.push(`${name} failed`);
  return {
    passed: all.reduce((total, one) => total + one.passed, 0),
    failed: failures.length + reasons.length,
    failures,
    skipped,
    reasons,
  };
}
