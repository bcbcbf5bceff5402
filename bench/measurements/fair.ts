import { Worker } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { addCrowd, createPerson } from '#okta-emulator/testing/crowd.ts';
import { openStore } from '#okta-emulator/store/open.ts';
import { signIn } from './cpu.ts';
import type { Sandbox } from '../processes.ts';
import { startEmulator, startPortal } from '../servers.ts';
import { formatValue, type Row } from '../table.ts';

/** Fifty people use about half. Without limits, one greedy session would use the rest within a second. */
const EMULATOR_CALLS_A_MINUTE = 1000;
const accept = { accept: 'text/html', 'sec-fetch-dest': 'document' };

type Seen = { ms: number[]; refused: number };
const p95 = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;

async function open(pool: Pool, cookies: readonly string[], everyMs: number, forMs: number): Promise<Seen> {
  const seen: Seen = { ms: [], refused: 0 };
  const end = performance.now() + forMs;
  const person = async (cookie: string, index: number) => {
    await sleep((everyMs * index) / cookies.length);
    for (let next = performance.now(); next < end; next += everyMs) {
      await sleep(Math.max(0, next - performance.now()));
      const begun = performance.now();
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/', headers: { ...accept, cookie } });
      await body.text();
      seen.ms.push(performance.now() - begun);
      if (statusCode === 429) seen.refused += 1;
      else if (statusCode !== 200) throw new Error(`a page answered ${statusCode}`);
    }
  };
  await Promise.all(cookies.map(person));
  return seen;
}

/** Whether others are refused, and how long they wait, while one session requests pages at full speed. */
export async function fairRows(
  sandbox: Sandbox,
  size: { others: number; everyMs: number; seconds: number },
): Promise<Row[]> {
  const emulator = await startEmulator(sandbox, { RATE_LIMIT: String(EMULATOR_CALLS_A_MINUTE) });
  const store = await openStore(emulator.dataDir);
  await addCrowd(store, size.others * 2);
  await store.destroy();
  const dataDir = sandbox.folder();
  const people = Array.from({ length: size.others * 2 }, (_, index) => createPerson(index)).filter(
    ({ status }) => status === 'ACTIVE',
  );
  const tokens = await signIn(
    { dataDir },
    people.slice(0, size.others + 1).map(({ id }) => id),
  );
  const portal = await startPortal(sandbox, emulator, dataDir);
  const [greedy, ...cookies] = tokens.map((token) => `latchkey-${portal.port}=${token}`);
  const pool = new Pool(`http://127.0.0.1:${portal.port}`, { connections: size.others });

  // Warms up, so that calls that are made once per person are not counted.
  await open(pool, cookies, 1000, 500);
  const alone = await open(pool, cookies, size.everyMs, size.seconds * 1000);
  const worker = new Worker(new URL('../programs/greedy.ts', import.meta.url), {
    workerData: { port: portal.port, cookie: greedy, headers: accept },
  });
  const counted = new Promise<{ served: number; refused: number }>((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  const beside = await open(pool, cookies, size.everyMs, size.seconds * 1000);
  worker.postMessage('end');
  const { served, refused } = await counted;
  await pool.close();
  await portal.end();
  await emulator.end();
  const [with95, alone95] = [p95(beside.ms), p95(alone.ms)];
  const who = `${size.others} people, a page each ${size.everyMs / 1000} s, for ${size.seconds} s`;
  return [
    {
      what: 'pages refused to others while one asks at full speed',
      unit: '',
      values: [alone.refused + beside.refused],
      goal: 0,
      limit: 0,
      beside: who,
    },
    {
      what: 'their p95 then ÷ what is allowed, 1.5 × or 20 ms above alone',
      unit: '×',
      values: [with95 / Math.max(alone95 * 1.5, alone95 + 20)],
      goal: 0.8,
      limit: 1,
      beside: `${formatValue(with95, 'ms')}, alone ${formatValue(alone95, 'ms')}; the one got ${served} pages and ${refused} refusals`,
    },
  ];
}
