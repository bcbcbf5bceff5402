import { dirname } from 'node:path/posix';

export type Imports = { source: string; dependencies: readonly { resolved: string }[] };

const isTest = (file: string): boolean => /(?:^|\/)testing\/|\.test\.tsx?$/.test(file);
const moduleOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/** Returns one message for each circle. Tests may import anything. */
export function folderCycles(files: readonly Imports[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { source, dependencies } of files) {
    if (!source.startsWith('src/') || isTest(source)) continue;
    const from = edges.get(dirname(source)) ?? new Set();
    edges.set(dirname(source), from);
    for (const { resolved } of dependencies) {
      if (moduleOf(resolved) === moduleOf(source) && dirname(resolved) !== dirname(source)) from.add(dirname(resolved));
    }
  }
  const reach = (folder: string, found = new Set<string>()): Set<string> => {
    for (const next of edges.get(folder) ?? []) if (!found.has(next)) reach(next, found.add(next));
    return found;
  };
  const reached = new Map([...edges.keys()].map((folder) => [folder, reach(folder)]));
  const cycles = [...reached].flatMap(([folder, others]) =>
    others.has(folder)
      ? [...others]
          .filter((other) => reached.get(other)?.has(folder))
          .sort()
          .join(', ')
      : [],
  );
  return [...new Set(cycles)].map(
    (cycle) => `folder-cycle: ${cycle}\n  Move what both need below both, or hand it over as an argument.`,
  );
}
