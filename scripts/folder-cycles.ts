import { dirname } from 'node:path/posix';

/** A file and the files it imports, types included. */
export type Imports = { source: string; dependencies: readonly { resolved: string }[] };

/** `context.ts` and `services.ts` still tie the backend's folders together: their types name every service. */
const exempt = new Set(['src/bff']);

const isTest = (file: string): boolean => /(?:^|\/)testing\/|\.test\.tsx?$/.test(file);
const moduleOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/**
 * Folders of one module that import each other in a circle, one message for each circle. Tests may import anything.
 * Strongly connected components by Tarjan's algorithm.
 */
export function folderCycles(files: readonly Imports[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { source, dependencies } of files) {
    if (!source.startsWith('src/') || isTest(source) || exempt.has(moduleOf(source))) continue;
    const from = edges.get(dirname(source)) ?? new Set();
    edges.set(dirname(source), from);
    for (const { resolved } of dependencies) {
      if (moduleOf(resolved) === moduleOf(source) && dirname(resolved) !== dirname(source)) from.add(dirname(resolved));
    }
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[] = [];
  const visit = (folder: string): number => {
    order.set(folder, order.size);
    lowest.set(folder, order.get(folder)!);
    open.push(folder);
    for (const next of edges.get(folder) ?? []) {
      const reached = order.has(next) ? (open.includes(next) ? order.get(next)! : Infinity) : visit(next);
      lowest.set(folder, Math.min(lowest.get(folder)!, reached));
    }
    if (lowest.get(folder) === order.get(folder)) {
      const cycle = open.splice(open.indexOf(folder));
      if (cycle.length > 1) cycles.push(`folder-cycle: ${cycle.sort().join(', ')}`);
    }
    return lowest.get(folder)!;
  };
  for (const folder of edges.keys()) if (!order.has(folder)) visit(folder);
  return cycles.map((cycle) => `${cycle}\n  Move what both need below both, or hand it over as an argument.`);
}
