import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { folderCycles } from './folder-cycles.ts';
import { root } from './step.ts';

const config = join(import.meta.dirname, '../.dependency-cruiser.mjs');

/** Files that the tool did not read are violations, too: otherwise a tool that reads nothing would report success. */
export async function violations(folder: string): Promise<string[]> {
  const places = globSync(['src', 'e2e', 'bench', 'scripts', '*.config.ts'], { cwd: folder });
  const options = await extractOptions(config);
  const reply = await cruise(places, { ...options, baseDir: folder, validate: true });
  const { modules, summary } = reply.output as ICruiseResult;
  const comments = new Map(summary.ruleSetUsed?.forbidden?.map((rule) => [rule.name ?? '', rule.comment ?? '']) ?? []);
  const broken = summary.violations.map(({ rule, from, to }) => {
    return `${rule.name}: ${from} → ${to}\n  ${comments.get(rule.name) ?? ''}`;
  });
  const seen = new Map(modules.map((module) => [module.source, module.dependencies.length]));
  return [...broken, ...folderCycles(modules), ...unread(folder, seen)];
}

export function unread(folder: string, seen: ReadonlyMap<string, number>): string[] {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: folder, exclude: (name) => name.endsWith('.d.ts') });
  const problems = files.flatMap((path) => {
    const file = path.replaceAll('\\', '/');
    const dependencies = seen.get(file);
    if (dependencies === undefined) return [`not seen: ${file}`];
    const imports = /^(?:import|export) [^;]*? from '/m.test(readFileSync(join(folder, file), 'utf8'));
    return imports && dependencies === 0 ? [`seen without its imports: ${file}`] : [];
  });
  if (files.length === 0) problems.push('src holds no source file');
  const words = 'The tool did not read these, so it cannot judge them: is @swc/core installed, and `parser` swc?';
  return problems.map((problem) => `${problem}\n  ${words}`);
}

if (import.meta.main) {
  const found = await violations(root);
  console.log(found.join('\n') || 'no import breaks a rule');
  process.exitCode = found.length > 0 ? 1 : 0;
}
