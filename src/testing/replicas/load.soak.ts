// This test takes minutes, so only `npm run soak` runs it.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPeer, type Program } from './processes.ts';
import { startRig, type Rig } from './rig.ts';

/** Requests a second. */
const RATE = 200;
const LASTS_S = 10;
const RUNS = 5;

type Place = { port: number; program: Program };

let rig: Rig;
const peers: Place[] = [];
beforeAll(async () => {
  rig = await startRig({ people: 1 });
});
afterAll(async () => {
  for (const { program } of peers) await program.end('SIGTERM');
  await rig?.close();
});

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const listed = (values: readonly number[]) => values.map((one) => one.toFixed(2)).join(', ');

/** At a lower load, a server needs more CPU per request, because the CPU caches lose its code. */
test('three replicas need as much CPU for a request as one', { timeout: 900_000 }, async () => {
  const visitor = rig.visitor();
  await visitor.signIn('grace@example.com');
  const { user_id } = await rig.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow();
  for (let index = 0; index < 3; index += 1)
    peers.push(
      await startPeer({
        UPSTREAM_URL: rig.org.url,
        UPSTREAM_PATH: `/api/v1/users/${user_id}/factors`,
        DATABASE_URL: rig.postgres.getUrl('postgres'),
      }),
    );
  const headers = { authorization: `SSWS ${rig.org.apiToken}` };

  const measureCost = async (places: readonly Place[], rate: number) => {
    const tabs = places.map((via) => {
      const own = rig.visitor(via);
      own.plant(visitor.token()!);
      return own;
    });
    const cpu = () => places.reduce((sum, { program }) => sum + program.cpu(), 0);
    const begun = performance.now();
    const before = cpu();
    const requests: Promise<void>[] = [];
    for (let sent = 0; sent < rate * LASTS_S; sent += 1) {
      await pause(Math.max(0, begun + (sent * 1000) / rate - performance.now()));
      requests.push(
        tabs[sent % tabs.length]!.raw({ path: '/api/factors', headers }).then(({ status }) => expect(status).toBe(200)),
      );
    }
    await Promise.all(requests);
    return ((cpu() - before) * 1000) / requests.length;
  };

  const found = { each: [] as number[], all: [] as number[], peers: [] as number[], beyondPeers: [] as number[] };
  const costs: string[] = [];
  for (const place of [...rig.replicas, ...peers]) await measureCost([place], RATE);
  for (let run = 0; run < RUNS; run += 1) {
    const own = run % 3;
    const third = await measureCost([rig.replicas[own]!], RATE / 3);
    const one = await measureCost([rig.replicas[own]!], RATE);
    const three = await measureCost(rig.replicas, RATE);
    const onePeer = await measureCost([peers[own]!], RATE);
    const threePeers = await measureCost(peers, RATE);
    found.each.push(three / third);
    found.all.push(three / one);
    found.peers.push(threePeers / onePeer);
    found.beyondPeers.push(three / one / (threePeers / onePeer));
    costs.push([third, one, three, onePeer, threePeers].map((cost) => cost.toFixed(2)).join(' '));
  }
  console.log(`CPU ms a request (a third on one, all on one, all on three; peer: one, three): ${costs.join('; ')}`);
  for (const [name, ratios] of Object.entries(found))
    console.log(`CPU a request, three ÷ one, ${name}: ${median(ratios).toFixed(2)} of ${listed(ratios)}`);
  // At the same load per process, three replicas do no extra work for each other.
  expect(median(found.each)).toBeLessThanOrEqual(1.15);
  // At the same total load, the cost grows no more than that of bare proxies.
  expect(median(found.beyondPeers)).toBeLessThanOrEqual(1.15);
});
