import { Pool } from 'undici';
import { createSearchFilter } from '#bff/features/helpdesk/search/query.ts';
import { openStore } from '#okta-emulator/store/open.ts';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import { addCrowd, createPerson } from '#okta-emulator/testing/crowd.ts';
import { createVisitor } from '#testing/visitor.ts';
import { simulator, shape, type ApiRequest } from '../simulator.ts';
import type { Sandbox } from '../processes.ts';
import { startEmulator, startPortal } from '../servers.ts';
import { median, formatValue, type Row } from '../table.ts';

/** The portal reads four people at the same time, too. */
const AT_ONCE = 4;

function typedFor(index: number): string[] {
  const { first_name: first, last_name: last } = createPerson(index);
  const whole = `${first} ${last}`;
  return Array.from({ length: whole.length - 2 }, (_, more) => whole.slice(0, more + 3).trimEnd()).filter(
    (one, at, all) => one !== all[at - 1],
  );
}

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begun = performance.now();
  const result = await run();
  return { ms: performance.now() - begun, result };
}

async function read(
  pool: Pool,
  path: string,
  headers: Record<string, string>,
): Promise<{ body: unknown; link: string }> {
  const {
    statusCode,
    headers: answerHeaders,
    body,
  } = await pool.request({ method: 'GET', path, headers: { accept: 'application/json', ...headers } });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 300)}`);
  return { body: JSON.parse(text) as unknown, link: [answerHeaders['link']].flat().join(', ') };
}

const p95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;

export const helpdeskSettings = {
  HELPDESK_GROUP_ID: groupIds.helpdesk,
  HELPDESK_APPROVER_GROUP_ID: groupIds.helpdeskApprovers,
  HELPDESK_SCOPE: `${groupIds.helpdesk}=${groupIds.everyone}`,
};

/** The portal's time is compared with that of the same calls made directly to the org. */
export async function helpdeskRows(
  sandbox: Sandbox,
  { people, runs, names }: { people: number; runs: number; names: number },
): Promise<Row[]> {
  const emulator = await startEmulator(sandbox);
  const store = await openStore(emulator.dataDir);
  await addCrowd(store, people);
  await store.destroy();
  const portal = await startPortal(sandbox, emulator, sandbox.folder(), helpdeskSettings);
  const visitor = createVisitor({ base: portal.url, emulator: emulator.url, password: emulator.password });
  await visitor.signIn('helpdesk@example.com');
  const cookie = `latchkey-${portal.port}=${visitor.token()}`;
  const toPortal = new Pool(`http://127.0.0.1:${portal.port}`, { connections: AT_ONCE });
  const toEmulator = new Pool(emulator.url, { connections: AT_ONCE });
  const authorization = `SSWS ${emulator.apiToken}`;

  const search = async (q: string) =>
    (await read(toPortal, `/api/helpdesk/people?q=${encodeURIComponent(q)}`, { cookie })).body as { people: object[] };

  async function straight(q: string, calls: readonly ApiRequest[]): Promise<void> {
    let page: string | null =
      `/api/v1/users?${new URLSearchParams({ search: createSearchFilter(q), limit: '25' }).toString()}`;
    const left = [...calls];
    while (left.length > 0) {
      const { path } = left[0]!;
      if (path === '/api/v1/users') {
        left.shift();
        if (page === null) throw new Error('the portal read a page that there is not');
        const { link } = await read(toEmulator, page, { authorization });
        const next: string | undefined = /<([^>]+)>; rel="next"/.exec(link)?.[1];
        page = next ? next.slice(emulator.url.length) : null;
        continue;
      }
      const end = left.findIndex((one) => one.path === '/api/v1/users');
      const batch = left.splice(0, Math.min(AT_ONCE, end === -1 ? left.length : end));
      await Promise.all(batch.map((one) => read(toEmulator, one.path, { authorization })));
    }
  }

  const found: { ours: number[]; emulator: number[] } = { ours: [], emulator: [] };
  let requests = 0;
  let shown = 0;
  let calls = 0;
  // Groups are cached for a minute, so each run finds other people.
  for (let run = -1; run < runs; run++) {
    const ours: number[] = [];
    const same: number[] = [];
    for (let name = 0; name < (run < 0 ? 2 : names); name++) {
      for (const q of typedFor(((run + 1) * 7000 + name * 331 + 17) % people)) {
        const before = (await simulator<ApiRequest[]>(emulator, '/requests')).length;
        const { ms, result } = await timed(() => search(q));
        const made = (await simulator<ApiRequest[]>(emulator, '/requests'))
          .toReversed()
          .slice(before)
          .filter(({ path }) => path.startsWith('/api/'));
        same.push((await timed(() => straight(q, made))).ms);
        ours.push(ms);
        requests += 1;
        shown += result.people.length;
        calls += made.length;
        if (!made.some((one) => shape(one) === 'GET /users'))
          throw new Error(`${q} was answered without asking the org`);
      }
    }
    // The first run warms up both.
    if (run < 0) continue;
    found.ours.push(p95(ours));
    found.emulator.push(p95(same));
  }
  await Promise.all([toPortal.close(), toEmulator.close()]);
  await portal.end();
  await emulator.end();
  const beside = `the same calls straight to the org ${formatValue(median(found.emulator), 'ms')}; ${(calls / requests).toFixed(1)} calls and ${(shown / requests).toFixed(1)} people a question`;
  return [
    {
      what: `finding people among ${people.toLocaleString('en')}, p95`,
      unit: 'ms',
      values: found.ours,
      goal: 60,
      limit: 100,
      beside,
    },
    {
      what: 'of that, above the org’s own time',
      unit: 'ms',
      values: found.ours.map((ours, run) => ours - found.emulator[run]!),
      goal: 10,
      limit: 25,
      beside: 'sessions, guards, rules and the trail',
    },
  ];
}
