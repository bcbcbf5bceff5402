import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillLog } from '#bff/records/audit-log/testing/fill.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import type { Sandbox } from '../processes.ts';
import { median, formatValue, type Row } from '../table.ts';

const root = join(import.meta.dirname, '../..');
type Measured = { p999: number; max: number; pages: number; exported: number; sweeps: number; sends: number };

async function delayOf(folder: string, key: string, seconds: number): Promise<Measured> {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, AUDIT_SIGNING_KEY: key, SECONDS: String(seconds) };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bench/programs/log-side.ts'],
    { cwd: root, env },
  );
  return JSON.parse(stdout) as Measured;
}

/** How long other requests wait while a large audit log is filtered, written and swept, compared with an empty log. */
export async function auditLogRows(
  sandbox: Sandbox,
  { rows, runs, seconds }: { rows: number; runs: number; seconds: number },
): Promise<Row[]> {
  const key = makeAuditKey();
  const filled = sandbox.folder();
  await fillLog({ dataDir: filled }, readAuditKeys(key), rows, Date.now());
  const found: { filled: Measured[]; empty: Measured[] } = { filled: [], empty: [] };
  for (let run = 0; run < runs; run += 1) {
    // Every run starts with the same log.
    const copy = sandbox.folder();
    cpSync(filled, copy, { recursive: true });
    const empty = sandbox.folder();
    for (const [side, folder] of [
      ['empty', empty],
      ['filled', copy],
    ] as const)
      found[side].push(await delayOf(folder, key, seconds));
  }
  const p999 = (side: readonly Measured[]) => formatValue(median(side.map((one) => one.p999)), 'ms');
  const { pages, exported, sweeps, sends } = found.filled[0]!;
  return [
    {
      what: `event-loop delay p99.9, ${rows.toLocaleString('en')} audit rows above none`,
      unit: 'ms',
      values: found.filled.map((one, run) => Math.max(0, one.p999 - found.empty[run]!.p999)),
      goal: 10,
      limit: 20,
      beside: `${p999(found.filled)} − ${p999(found.empty)}; in ${seconds} s ${pages} pages, ${exported} rows exported, ${sweeps} sweeps, ${sends} sends`,
    },
  ];
}
