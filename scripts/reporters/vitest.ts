import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule, TestSpecification } from 'vitest/node';
import { root } from '../step.ts';
import { FileLines } from '../summary.ts';

/** Includes the compared values, not the stack. Long enough for a random test's counterexample. */
const reasonOf = (errors: readonly { message: string; diff?: string | undefined }[]) =>
  errors
    .flatMap(({ message, diff = '' }) => [message.slice(0, 1500), stripVTControlCharacters(diff).slice(0, 2000)])
    .filter(Boolean)
    .join('\n');

export default class VitestLines implements Reporter {
  readonly #lines = new FileLines();

  onTestRunStart(files: readonly TestSpecification[]): void {
    this.#lines.begin(files.length);
  }

  onTestModuleEnd(module: TestModule): void {
    const { name } = module.project;
    const file = relative(root, module.moduleId).replaceAll('\\', '/') + (name === 'postgres' ? ' (PostgreSQL)' : '');
    const tests = [...module.children.allTests()];
    const inState = (state: string): TestCase[] => tests.filter((one) => one.result().state === state);
    const failures = inState('failed').map(
      (one) => `${file} › ${one.fullName}: ${reasonOf(one.result().errors ?? [])}`,
    );
    // An unreadable file, or a set-up that threw, is one failure.
    if (module.state() === 'failed' && failures.length === 0) {
      const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
      failures.push(`${file}: ${reasonOf([...module.errors(), ...suites])}`);
    }
    const skipped = inState('skipped').map((one) => `${file} › ${one.fullName}`);
    this.#lines.add(file, { passed: inState('passed').length, failures, skipped }, module.diagnostic().duration);
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    for (const error of errors) this.#lines.summary.failures.push(`beside any test: ${reasonOf([error])}`);
    this.#lines.end();
  }
}
