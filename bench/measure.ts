import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { auditLogRows } from './measurements/audit-log.ts';
import { openBrowser } from './browser.ts';
import { clientRows } from './measurements/clients.ts';
import { cpuRows } from './measurements/cpu.ts';
import { databaseRows } from './measurements/databases.ts';
import { enrollmentRows } from './measurements/enrollment.ts';
import { fairRows } from './measurements/fair.ts';
import { firstPageRows } from './measurements/first-page.ts';
import { mainThreadRows } from './measurements/main-thread.ts';
import { flowRows } from './measurements/flows.ts';
import { helpdeskRows, helpdeskSettings } from './measurements/helpdesk.ts';
import { createSandbox, type Sandbox } from './processes.ts';
import { startEmulator, startPortal, type RunningEmulator } from './servers.ts';
import { startRows } from './measurements/start.ts';
import type { Row } from './table.ts';
import { weightRows } from './measurements/weight.ts';

const root = join(import.meta.dirname, '..');

const sizesOf = {
  full: {
    cpu: { runs: 7, requests: 1500 },
    page: { visits: 7 },
    start: { starts: 5 },
    fair: { others: 50, everyMs: 10_000, seconds: 60 },
    crowd: { people: 100_000, runs: 5, names: 10 },
    log: { rows: 500_000, runs: 3, seconds: 10 },
    databases: { runs: 5, requests: 1500, appends: 1000, starts: 5 },
  },
  quick: {
    cpu: { runs: 1, requests: 100 },
    page: { visits: 1 },
    start: { starts: 2 },
    fair: { others: 20, everyMs: 1000, seconds: 3 },
    crowd: { people: 2000, runs: 1, names: 2 },
    log: { rows: 20_000, runs: 1, seconds: 2 },
    databases: { runs: 1, requests: 100, appends: 50, starts: 1 },
  },
};

/** The browser is closed before anything else is measured. */
async function browserRows(sandbox: Sandbox, emulator: RunningEmulator, page: { visits: number }): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    const portal = await startPortal(sandbox, emulator, sandbox.folder(), helpdeskSettings);
    const env = { browser, emulator, portal };
    const rows = [
      ...(await firstPageRows(env, page)),
      ...(await mainThreadRows(env, page)),
      ...(await enrollmentRows(env)),
    ];
    await portal.end();
    return rows;
  } finally {
    await browser.close();
  }
}

/** Measures one after the other, so that the measurements do not disturb each other. */
export async function measure(size: keyof typeof sizesOf, begins: (part: string) => void = () => {}): Promise<Row[]> {
  if (!existsSync(join(root, 'dist/server.js'))) {
    begins('nothing yet: building pages and server');
    await (await createBuilder({ root, logLevel: 'warn' })).buildApp();
  }
  const { cpu, page, start, fair, crowd, log, databases } = sizesOf[size];
  const sandbox = createSandbox();
  try {
    begins('sizes');
    const weights = await weightRows();
    const emulator = await startEmulator(sandbox);
    begins('pages in a browser');
    const inBrowser = await browserRows(sandbox, emulator, page);
    begins('calls a flow');
    const flows = await flowRows(sandbox, emulator);
    begins('CPU');
    const processor = await cpuRows(sandbox, emulator, cpu);
    begins('clients of the org');
    const clients = await clientRows(sandbox, emulator, cpu);
    begins('the start');
    const starting = await startRows(sandbox, emulator, start);
    begins('PostgreSQL');
    const onDatabases = await databaseRows(sandbox, emulator, databases);
    begins('pages beside somebody who asks at full speed');
    const fairness = await fairRows(sandbox, fair);
    begins('the audit log');
    const auditLog = await auditLogRows(sandbox, log);
    begins('the helpdesk, among very many people');
    return [
      ...weights,
      ...inBrowser,
      ...flows,
      ...processor,
      ...clients,
      ...starting,
      ...onDatabases,
      ...fairness,
      ...auditLog,
      ...(await helpdeskRows(sandbox, crowd)),
    ];
  } finally {
    await sandbox.close();
  }
}
