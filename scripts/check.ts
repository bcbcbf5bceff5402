import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aloud, node, quietly, root, type Step } from './step.ts';

const vitestReport = join(root, '.cache/vitest.json');

const looks: Step[] = [
  { name: 'types', command: ['tsc', '--project', '.', '--pretty', 'false'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'law of imports', command: [node, 'scripts/law-of-imports.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'names, lengths', command: [node, 'scripts/names.ts'] },
];

/** Everything but the browser. Gives the names of the steps that failed, and where vitest's report is. */
export async function check(): Promise<{ failed: string[]; vitestReport: string }> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(vitestReport, { force: true });
  const passed = await Promise.all(looks.map(quietly));
  const failed = looks.filter((_, index) => !passed[index]).map(({ name }) => name);
  const tests = await aloud({
    name: 'vitest',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
  });
  if (!tests) failed.push('vitest');
  return { failed, vitestReport };
}

if (import.meta.main) {
  const { failed } = await check();
  console.log(failed.length > 0 ? `\ncheck failed: ${failed.join(', ')}` : '\ncheck: all well');
  process.exitCode = failed.length > 0 ? 1 : 0;
}
