import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { onDatabase, createSettings, getUrl } from '#testing/postgres/databases.ts';
import { startPostgres } from '#testing/postgres/server.ts';
import { openLoader, type Load } from '../load.ts';
import type { Sandbox } from '../processes.ts';
import { startPortal, startProxy, startStub, type RunningEmulator } from '../servers.ts';
import { median, type Row } from '../table.ts';
import { cost, record, signIn } from './cpu.ts';
import { startRows } from './start.ts';

const root = join(import.meta.dirname, '../..');
const PEOPLE = 100;
const sides = ['proxy', 'readingProxy', 'sqlite', 'postgres'] as const;
type Side = (typeof sides)[number];
type Sizes = { runs: number; requests: number; appends: number; starts: number };
type Costs = Record<Side, { cpuMs: number[]; perSecond: number[] }>;

const ms = (values: readonly number[]) => `${median(values).toFixed(3)} ms`;
const rate = (values: readonly number[]) => `${Math.round(median(values))}/s`;
const ratios = (over: readonly number[], under: readonly number[]) => over.map((value, run) => value / under[run]!);

async function listCosts(
  sandbox: Sandbox,
  emulator: RunningEmulator,
  database: string,
  { runs, requests }: Sizes,
): Promise<Costs> {
  const recorded = await record(emulator);
  const answersFile = join(sandbox.folder(), 'answers.json');
  writeFileSync(answersFile, JSON.stringify(recorded));
  const stub = await startStub(sandbox, answersFile);
  const org = { ...emulator, url: stub.url, issuer: `${stub.url}/oauth2/default` };
  const people = Array.from({ length: PEOPLE }, (_, index) => `00u${String(index).padStart(17, 'A')}`);
  const portalOn = async (place: Parameters<typeof signIn>[0], settings: Record<string, string>) => {
    const tokens = await signIn(place, people);
    const program = await startPortal(sandbox, org, place.dataDir, settings);
    return { program, cookies: tokens.map((token) => `latchkey-${program.port}=${token}`) };
  };
  const proxy = await startProxy(sandbox, stub, `/api/v1/users/${recorded.userId}/factors`);
  const inFile = await portalOn({ dataDir: sandbox.folder() }, {});
  const place = { dataDir: sandbox.folder(), database: createSettings(database, 'lists') };
  const inDatabase = await portalOn(place, { DATABASE_URL: getUrl(database, 'lists') });
  const readingProxy = await startProxy(sandbox, stub, `/api/v1/users/${recorded.userId}/factors`, {
    DATABASE_URL: getUrl(database, 'lists'),
  });
  const servers = {
    proxy: { program: proxy, cookies: inFile.cookies },
    readingProxy: { program: readingProxy, cookies: inFile.cookies },
    sqlite: inFile,
    postgres: inDatabase,
  };
  const loaders = {
    proxy: openLoader(proxy.url),
    readingProxy: openLoader(readingProxy.url),
    ...loadersOf(inFile.program, inDatabase.program),
  };
  const found: Costs = {
    proxy: { cpuMs: [], perSecond: [] },
    readingProxy: { cpuMs: [], perSecond: [] },
    sqlite: { cpuMs: [], perSecond: [] },
    postgres: { cpuMs: [], perSecond: [] },
  };
  // The first run warms up.
  for (let run = -1; run < runs; run += 1) {
    for (const side of run % 2 ? sides.toReversed() : sides) {
      const { program, cookies } = servers[side];
      const load: Load = { path: '/api/factors', count: requests, cookies };
      const begun = performance.now();
      const cpuMs = await cost(program, loaders[side], load);
      if (run < 0) continue;
      found[side].cpuMs.push(cpuMs);
      found[side].perSecond.push((requests / (performance.now() - begun)) * 1000);
    }
  }
  for (const side of sides) {
    await loaders[side].close();
    await servers[side].program.end();
  }
  await stub.end();
  return found;
}

const loadersOf = (sqlite: { port: number }, postgres: { port: number }) => ({
  sqlite: openLoader(`http://127.0.0.1:${sqlite.port}`),
  postgres: openLoader(`http://127.0.0.1:${postgres.port}`),
});

/** Several appends run at the same time. */
async function appendMs(env: Record<string, string>, appends: number): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bench/programs/append-side.ts'],
    { cwd: root, env: { PATH: process.env['PATH'], APPENDS: String(appends), ...env } },
  );
  return JSON.parse(stdout) as number;
}

export async function databaseRows(sandbox: Sandbox, emulator: RunningEmulator, sizes: Sizes): Promise<Row[]> {
  const server = await startPostgres({ fsync: true });
  try {
    const database = server.getUrl('DATABASE');
    for (const name of ['lists', 'appends', 'starts'])
      await onDatabase(database, 'postgres', (client) => client.query(`CREATE DATABASE ${name}`));
    const { proxy, readingProxy, sqlite, postgres } = await listCosts(sandbox, emulator, database, sizes);
    const appends: Record<'sqlite' | 'postgres', number[]> = { sqlite: [], postgres: [] };
    const AUDIT_SIGNING_KEY = makeAuditKey();
    const file = { DATA_DIR: sandbox.folder(), AUDIT_SIGNING_KEY };
    for (let run = 0; run < sizes.runs; run += 1) {
      appends.sqlite.push(await appendMs(file, sizes.appends));
      appends.postgres.push(await appendMs({ ...file, DATABASE_URL: getUrl(database, 'appends') }, sizes.appends));
    }
    const beside = `SQLite ${ms(sqlite.cpuMs)}, a proxy without the row ${ms(proxy.cpuMs)}`;
    const appendRow = (side: 'sqlite' | 'postgres', where: string, goal: number, limit: number): Row => ({
      what: `append to the audit log in ${where}, 8 at once`,
      unit: 'ms',
      values: appends[side],
      goal,
      limit,
      beside: rate(appends[side].map((value) => 1000 / value)),
    });
    return [
      {
        what: 'CPU a factor list on PostgreSQL ÷ a proxy that reads a row there',
        unit: '×',
        values: ratios(postgres.cpuMs, readingProxy.cpuMs),
        // A wait for a row costs the portal's request more than the proxy's.
        goal: 1.6,
        limit: 2,
        beside: `${ms(postgres.cpuMs)} ÷ ${ms(readingProxy.cpuMs)}; ${beside}`,
      },
      {
        what: 'factor lists a second, bare proxy ÷ SQLite',
        unit: '×',
        values: ratios(proxy.perSecond, sqlite.perSecond),
        goal: 1.5,
        limit: 2.5,
        beside: `${rate(proxy.perSecond)} ÷ ${rate(sqlite.perSecond)}`,
      },
      {
        what: 'factor lists a second, a proxy that reads a row ÷ PostgreSQL',
        unit: '×',
        values: ratios(readingProxy.perSecond, postgres.perSecond),
        goal: 1.5,
        limit: 2.5,
        beside: `${rate(readingProxy.perSecond)} ÷ ${rate(postgres.perSecond)}; without the row ${rate(proxy.perSecond)}`,
      },
      appendRow('sqlite', 'SQLite', 5, 10),
      // At least 150 appends a second.
      appendRow('postgres', 'PostgreSQL with fsync', 6.6, 13.3),
      ...(await startRows(sandbox, emulator, { starts: sizes.starts, database: getUrl(database, 'starts') })),
    ];
  } finally {
    await server.remove();
  }
}
