import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { cpuRows } from './cpu.ts';
import type { Row } from './table.ts';
import { weightRows } from './weight.ts';

const root = join(import.meta.dirname, '..');

const sizesOf = {
  full: { cpu: { runs: 7, requests: 1500 } },
  quick: { cpu: { runs: 1, requests: 100 } },
};

/** Measures the budgets one after the other, so that none of them disturbs another. */
export async function measure(size: keyof typeof sizesOf, begins: (part: string) => void = () => {}): Promise<Row[]> {
  if (!existsSync(join(root, 'dist/ssr/entry-server.js'))) {
    begins('nothing yet: building the pages');
    await (await createBuilder({ root, logLevel: 'warn' })).buildApp();
  }
  const { cpu } = sizesOf[size];
  const parts: [string, () => Promise<Row[]>][] = [
    ['sizes', weightRows],
    ['CPU', () => cpuRows(cpu)],
  ];
  const rows: Row[] = [];
  for (const [name, rowsOf] of parts) {
    begins(name);
    rows.push(...(await rowsOf()));
  }
  return rows;
}
