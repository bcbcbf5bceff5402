import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { root } from '../step.ts';
import { FileLines, type Summary } from '../summary.ts';

const fileOf = ({ location }: TestCase) => relative(root, location.file).replaceAll('\\', '/');
const reasonOf = (errors: readonly TestError[]) =>
  errors.map(({ message = '' }) => stripVTControlCharacters(message).slice(0, 3000)).join('\n');

export default class PlaywrightLines implements Reporter {
  readonly #lines = new FileLines();
  readonly #files = new Map<string, Summary & { left: number; ms: number }>();

  onBegin(_config: FullConfig, suite: Suite): void {
    for (const one of suite.allTests()) {
      const file = fileOf(one);
      const known = this.#files.get(file) ?? { passed: 0, failures: [], skipped: [], left: 0, ms: 0 };
      this.#files.set(file, { ...known, left: known.left + 1 });
    }
    this.#lines.begin(this.#files.size);
  }

  onTestEnd(one: TestCase, { status, errors, duration }: TestResult): void {
    const file = this.#files.get(fileOf(one))!;
    const name = `${fileOf(one)} › ${one.title}`;
    if (status === 'skipped') file.skipped.push(name);
    else if (one.ok()) file.passed += 1;
    else file.failures.push(`${name}: ${reasonOf(errors)}`);
    file.ms += duration;
    file.left -= 1;
    if (file.left === 0) this.#lines.add(fileOf(one), file, file.ms);
  }

  /** An error outside of a test, such as an unreadable file. */
  onError(error: TestError): void {
    this.#lines.summary.failures.push(`beside any test: ${reasonOf([error])}`);
  }

  onEnd(): void {
    this.#lines.end();
  }

  printsToStdio(): boolean {
    return true;
  }
}
