import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#testing/free-port.ts';
import { createVisitor } from '#testing/visitor.ts';
import { openLoader } from '../load.ts';
import type { Program, Sandbox } from '../processes.ts';
import { startPortal, startProxy, type RunningEmulator } from '../servers.ts';
import { median, formatValue, type Row } from '../table.ts';

const REQUESTS = 200;
const MEGA = 1e6;

/** Ends the portal as systemd does. Returns the seconds without an answer. */
async function restart(portal: Program, start: () => Promise<Program>): Promise<number> {
  const answered = [performance.now()];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { ok } = await fetch(`${portal.url}/livez`, { headers: { connection: 'close' } }).catch(() => ({
        ok: false,
      }));
      if (ok) answered.push(performance.now());
      await sleep(5);
    }
  })();
  await portal.end();
  const next = await start();
  isOver = true;
  await asking;
  await next.end();
  return Math.max(...answered.slice(1).map((at, index) => at - answered[index]!)) / 1000;
}

/** `database`: a PostgreSQL URL, in place of a file. */
export async function startRows(
  sandbox: Sandbox,
  emulator: RunningEmulator,
  { starts, database }: { starts: number; database?: string },
): Promise<Row[]> {
  const ours: Record<'seconds' | 'cpu' | 'memory', number[]> = { seconds: [], cpu: [], memory: [] };
  const bare: typeof ours = { seconds: [], cpu: [], memory: [] };
  const dataDir = sandbox.folder();
  const away: number[] = [];
  const settings = { PORT: String(await freePort()), ...(database && { DATABASE_URL: database }) };
  for (let run = 0; run < starts; run++) {
    const portal = await startPortal(sandbox, emulator, dataDir, settings);
    ours.seconds.push(portal.startMs / 1000);
    ours.cpu.push((await portal.usage()).cpuMs / 1000);
    const visitor = createVisitor({ base: portal.url, emulator: emulator.url, password: emulator.password });
    await visitor.signIn('grace@example.com');
    const cookies = [`latchkey-${portal.port}=${visitor.token()}`];
    const loader = openLoader(`http://127.0.0.1:${portal.port}`);
    await loader.run({
      path: '/',
      count: REQUESTS / 2,
      cookies,
      headers: { accept: 'text/html', 'sec-fetch-dest': 'document' },
    });
    await loader.run({ path: '/api/factors', count: REQUESTS / 2, cookies });
    ours.memory.push((await portal.usage()).residentBytes / MEGA);
    // With a database, a portal accepts requests for DRAIN_SECONDS more, because others replace it.
    if (!database) away.push(await restart(portal, () => startPortal(sandbox, emulator, dataDir, settings)));
    else await portal.end();
    await loader.close();

    const proxy = await startProxy(sandbox, emulator, '/');
    bare.seconds.push(proxy.startMs / 1000);
    bare.cpu.push((await proxy.usage()).cpuMs / 1000);
    const toProxy = openLoader(proxy.url);
    await toProxy.run({ path: '/livez', count: REQUESTS, cookies });
    bare.memory.push((await proxy.usage()).residentBytes / MEGA);
    await toProxy.close();
    await proxy.end();
  }
  const apart = {
    what: 'away during a restart, one portal alone',
    unit: 's' as const,
    values: away,
    goal: 0.7,
    limit: 1,
  };
  const on = database ? ', with DATABASE_URL' : '';
  return [
    {
      what: `start of the portal on an org in another process${on}`,
      unit: 's',
      values: ours.seconds,
      goal: 0.5,
      limit: 0.9,
      beside: `CPU ${formatValue(median(ours.cpu), 's')}; a bare proxy ${formatValue(median(bare.seconds), 's')}, CPU ${formatValue(median(bare.cpu), 's')}`,
    },
    {
      what: `its memory after ${REQUESTS} requests${on}`,
      unit: 'MB',
      values: ours.memory,
      goal: 150,
      limit: 190,
      beside: `a bare proxy ${formatValue(median(bare.memory), 'MB')}`,
    },
    ...(database ? [] : [{ ...apart, beside: 'by SIGTERM, with a connection that is kept' }]),
  ];
}
