import { aloud, node, quietly, type Step } from './step.ts';

const looks: Step[] = [
  { name: 'types', command: ['tsc', '--project', '.', '--pretty', 'false'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--report-unused-disable-directives-severity=error'] },
  { name: 'law of imports', command: [node, 'scripts/law-of-imports.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'names, lengths', command: [node, 'scripts/names.ts'] },
];

/** Everything but the browser; vitest writes its JSON report where it is told. Gives the names of the steps that failed. */
export async function check(vitestReport?: string): Promise<string[]> {
  const passed = await Promise.all(looks.map(quietly));
  const failed = looks.filter((_, index) => !passed[index]).map(({ name }) => name);
  const reporting = vitestReport ? ['--reporter=json', `--outputFile.json=${vitestReport}`] : [];
  const tests = await aloud({ name: 'vitest', command: ['vitest', 'run', '--reporter=default', ...reporting] });
  return tests ? failed : [...failed, 'vitest'];
}

if (import.meta.main) {
  const failed = await check();
  console.log(failed.length > 0 ? `\ncheck failed: ${failed.join(', ')}` : '\ncheck: all well');
  process.exitCode = failed.length > 0 ? 1 : 0;
}
