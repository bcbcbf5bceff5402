/** What takes minutes: part of `npm run soak` only. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRig, type Rig } from './rig.ts';

/** How many requests are begun a second, whatever the answers take. */
const RATE = 200;
const REQUESTS = 2000;
const RUNS = 5;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ people: 1 });
}, 120_000);
afterAll(() => rig?.close());

test('three replicas need as much CPU for a request as one', { timeout: 600_000 }, async () => {
  const visitor = rig.visitor();
  await visitor.signIn('grace@example.com');
  /** The same load, spread evenly over some of the portals. */
  const load = async (portals: readonly { port: number }[]) => {
    const tabs = portals.map((via) => {
      const own = rig.visitor(via);
      own.plant(visitor.token()!);
      return own;
    });
    const begun = performance.now();
    const requests: Promise<void>[] = [];
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      await pause(Math.max(0, begun + (sent * 1000) / RATE - performance.now()));
      requests.push(
        tabs[sent % tabs.length]!.raw({ path: '/api/factors' }).then(({ status }) => expect(status).toBe(200)),
      );
    }
    await Promise.all(requests);
  };
  const cpu = () => rig.replicas.reduce((sum, { program }) => sum + program.cpu(), 0);
  for (const replica of rig.replicas) await load([replica]);
  const ratios: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = cpu();
    await load([rig.replicas[run % 3]!]);
    const middle = cpu();
    await load(rig.replicas);
    ratios.push((cpu() - middle) / (middle - start));
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  console.log(
    `CPU a request, three beside one: ${median.toFixed(2)} of ${ratios.map((one) => one.toFixed(2)).join(', ')}`,
  );
  expect(median).toBeLessThanOrEqual(1.15);
});
