import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClock } from '#clock';
import { createSessions } from '#bff/identity/sessions/sessions.ts';
import { openStore, type StorePlace } from '#bff/platform/store/open.ts';
import { agent, openLoader, type Load, type Loader } from '../load.ts';
import type { Program, Sandbox } from '../processes.ts';
import { startPortal, startProxy, startStub, type RunningEmulator } from '../servers.ts';
import type { Recorded } from '../programs/stub-okta.ts';
import { median, type Row } from '../table.ts';

/** Enough that nobody reaches the portal's limits, which stay on. */
const PEOPLE = 100;

export async function record(emulator: RunningEmulator): Promise<Recorded> {
  const ask = async (path: string) => {
    const answer = await fetch(`${emulator.url}${path}`, {
      headers: { authorization: `SSWS ${emulator.apiToken}`, accept: 'application/json' },
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    const ownHeaders = /^(?:date|connection|keep-alive|transfer-encoding|content-length|x-rate-limit-.*)$/;
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ownHeaders.test(name)));
    return { headers, body: await answer.text() };
  };
  const user = await ask('/api/v1/users/grace@example.com');
  const { id: userId } = JSON.parse(user.body) as { id: string };
  const [factors, catalog, organization] = await Promise.all([
    ask(`/api/v1/users/${userId}/factors`),
    ask(`/api/v1/users/${userId}/factors/catalog`),
    ask('/.well-known/okta-organization'),
  ]);
  return { userId, answers: { user, factors, catalog, organization } };
}

/** The token is as long as a real one. */
const sealedToken = 'x'.repeat(1400);

/** Writes the portal's own rows. Returns the cookies' values. */
export async function signIn(place: StorePlace, userIds: readonly string[]): Promise<string[]> {
  const clock = createClock();
  const store = await openStore(place);
  const sessions = createSessions(store, clock);
  const tokens: string[] = [];
  for (const userId of userIds) {
    const person = {
      user_id: userId,
      login: 'grace@example.com',
      name: 'Grace Hopper',
      first_name: 'Grace',
      locale: null,
      time_zone: null,
    };
    // Okta's times have whole seconds.
    const auth_time = Math.floor(clock.now() / 1000) * 1000;
    const about = { ...person, agent, address: '127.0.0.1' };
    tokens.push((await sessions.start({ ...about, auth_time, id_token: sealedToken })).token);
  }
  await store.destroy();
  return tokens;
}

/** Milliseconds per request. */
export async function cost(program: Program, loader: Loader, load: Load): Promise<number> {
  const before = await program.usage();
  await loader.run(load);
  return ((await program.usage()).cpuMs - before.cpuMs) / load.count;
}

const ms = (values: number[]) => `${median(values).toFixed(3)} ms`;

/** The portal's factor list is compared with a bare proxy's, and its first page with that page's JSON. */
export async function cpuRows(
  sandbox: Sandbox,
  emulator: RunningEmulator,
  { runs, requests }: { runs: number; requests: number },
): Promise<Row[]> {
  const recorded = await record(emulator);
  const answersFile = join(sandbox.folder(), 'answers.json');
  writeFileSync(answersFile, JSON.stringify(recorded));
  const stub = await startStub(sandbox, answersFile);
  const proxy = await startProxy(sandbox, stub, `/api/v1/users/${recorded.userId}/factors`);
  const dataDir = sandbox.folder();
  const people = Array.from({ length: PEOPLE }, (_, index) => `00u${String(index).padStart(17, 'A')}`);
  const tokens = await signIn({ dataDir }, people);
  const portal = await startPortal(
    sandbox,
    { ...emulator, url: stub.url, issuer: `${stub.url}/oauth2/default` },
    dataDir,
  );
  const cookies = tokens.map((token) => `latchkey-${portal.port}=${token}`);
  const toPortal = openLoader(`http://127.0.0.1:${portal.port}`);
  const toProxy = openLoader(proxy.url);

  const list: Load = { path: '/api/factors', count: requests, cookies };
  const home: Load = { path: '/api/home', count: requests, cookies };
  const page: Load = {
    path: '/',
    count: Math.ceil(requests / 2),
    cookies,
    headers: { accept: 'text/html', 'sec-fetch-dest': 'document' },
  };
  const sides = {
    proxy: () => cost(proxy, toProxy, list),
    bff: () => cost(portal, toPortal, list),
    home: () => cost(portal, toPortal, home),
    page: () => cost(portal, toPortal, page),
  };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  for (const name of names) await sides[name]();
  const found: Record<keyof typeof sides, number[]> = { proxy: [], bff: [], home: [], page: [] };
  for (let run = 0; run < runs; run++) {
    for (const name of run % 2 ? names.toReversed() : names) found[name].push(await sides[name]());
  }
  await Promise.all([toPortal.close(), toProxy.close()]);
  await Promise.all([portal.end(), proxy.end(), stub.end()]);
  const ratios = (over: number[], under: number[]) => over.map((value, run) => value / under[run]!);
  return [
    {
      what: 'BFF CPU a factor list ÷ bare proxy',
      unit: '×',
      values: ratios(found.bff, found.proxy),
      goal: 1.6,
      limit: 1.9,
      beside: `${ms(found.bff)} ÷ @fastify/http-proxy ${ms(found.proxy)}`,
    },
    {
      what: 'page from the server, CPU ÷ its JSON',
      unit: '×',
      values: ratios(found.page, found.home),
      goal: 5,
      limit: 8,
      beside: `${ms(found.page)} ÷ GET /api/home ${ms(found.home)}`,
    },
  ];
}
