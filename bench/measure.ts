import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { cpuRows } from './cpu.ts';
import { enrollmentRows } from './enrollment.ts';
import { firstPageRows } from './first-page.ts';
import { startRows } from './start.ts';
import type { Row } from './table.ts';
import { weightRows } from './weight.ts';

const root = join(import.meta.dirname, '..');

const sizesOf = {
  full: { cpu: { runs: 7, requests: 1500 }, page: { visits: 7 }, start: { starts: 5 } },
  quick: { cpu: { runs: 1, requests: 100 }, page: { visits: 1 }, start: { starts: 1 } },
};

/** Measures the budgets one after the other, so that none of them disturbs another. */
export async function measure(size: keyof typeof sizesOf, begins: (part: string) => void = () => {}): Promise<Row[]> {
  if (!existsSync(join(root, 'dist/ssr/entry-server.js'))) {
    begins('nothing yet: building the pages');
    await (await createBuilder({ root, logLevel: 'warn' })).buildApp();
  }
  const { cpu, page, start } = sizesOf[size];
  const parts: [string, () => Promise<Row[]>][] = [
    ['sizes', weightRows],
    ['the first page', () => firstPageRows(page)],
    ['CPU', () => cpuRows(cpu)],
    ['an enrollment', enrollmentRows],
    ['the start', () => startRows(start)],
  ];
  const rows: Row[] = [];
  for (const [name, rowsOf] of parts) {
    begins(name);
    rows.push(...(await rowsOf()));
  }
  return rows;
}
