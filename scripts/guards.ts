import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './step.ts';
import { faults } from './guards/faults.ts';
import type { Plant } from './guards/plant.ts';
import { plants } from './guards/plants.ts';
import { Copy } from './testing/copy.ts';

type Report = {
  testResults: { assertionResults: { title: string; fullName: string; status: string; failureMessages: string[] }[] }[];
};
type Ended = { ran: number; failed: number; byAssertion: boolean; said: string };

/** Of a matcher, a property, a table or a page's query: only the missing guard made the test fail. */
const assertion =
  /AssertionError|_Assertion\.|Property failed|expect\(|instead of (?:rejecting|resolving)|: Unable to find (?:role=|an )/;

function run(folder: string, { file, title }: Plant['test']): Ended {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const project = `--project=${file.startsWith('src/web/') ? 'web' : 'node'}`;
  // Vitest refuses an empty pattern.
  const pattern = title ? [`--testNamePattern=${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`] : [];
  const words = ['run', file, project, ...pattern, '--reporter=json', `--outputFile.json=${report}`];
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const { stderr } = spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
  let read: Report;
  try {
    read = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    return { ran: 0, failed: 0, byAssertion: false, said: stderr.slice(-300) };
  }
  const results = read.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failures = results.filter(({ status }) => status === 'failed');
  const said = failures.map(({ failureMessages }) => failureMessages.join('\n')).join('\n');
  const ran = results.filter(({ status }) => status === 'passed').length + failures.length;
  return { ran, failed: failures.length, byAssertion: assertion.test(said), said };
}

/** Null if the test fails with an assertion when the guard is missing. */
function verdictOf(before: Ended, after: Ended): string | null {
  if (before.ran === 0) return `no test ran: ${before.said}`;
  if (before.failed > 0) return `fails with the guard: ${before.said.slice(0, 300)}`;
  if (after.ran === 0) return `no test ran without the guard: ${after.said}`;
  if (after.failed === 0) return 'passes without the guard';
  return after.byAssertion ? null : `fails, but by no assertion: ${after.said.slice(0, 300)}`;
}

/** Removes each guard from a copy, runs its test and prints a table. Arguments select items or files. */
const names = process.argv.slice(2);
const isNamed = ({ item, file }: Plant) => names.some((name) => item === name || file.includes(name));
const chosen =
  names.length === 0
    ? plants
    : [...plants.filter(isNamed), ...faults.filter((fault) => names.includes('faults') || isNamed(fault))];
const copy = new Copy();
const { folder } = copy;
const known = new Map<string, Ended>();
let wrong = 0;
try {
  for (const { item, file, text, replacement, test } of chosen) {
    const key = `${test.file} › ${test.title}`;
    const before = known.get(key) ?? run(folder, test);
    known.set(key, before);
    const original = readFileSync(join(folder, file), 'utf8');
    copy.set(
      file,
      original.replace(text, () => replacement),
      true,
    );
    const fault = verdictOf(before, run(folder, test));
    writeFileSync(join(folder, file), original);
    if (fault) wrong += 1;
    console.log(`${fault ? '✗' : '✓'} ${item.padEnd(4)} ${file}\n       ${key}${fault ? `\n       ${fault}` : ''}`);
  }
} finally {
  copy.remove();
}
console.log(`${chosen.length - wrong} of ${chosen.length} guards are missed by their test when they are gone`);
process.exitCode = wrong > 0 || chosen.length === 0 ? 1 : 0;
