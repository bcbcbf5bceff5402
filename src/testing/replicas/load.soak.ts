/** What takes minutes: part of `npm run soak` only. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ people: 1 });
}, 120_000);
afterAll(() => rig?.close());

test('three replicas need as much CPU for a request as one', { timeout: 900_000 }, async () => {
  const visitor = rig.visitor();
  await visitor.signIn('grace@example.com');
  const load = async (count: number, via?: { port: number }) => {
    const own = rig.visitor(via);
    own.plant(visitor.token()!);
    let left = count;
    const worker = async () => {
      while ((left -= 1) >= 0) expect((await own.raw({ path: '/api/factors' })).status).toBe(200);
    };
    await Promise.all(Array.from({ length: 10 }, worker));
  };
  const cpu = () => rig.replicas.reduce((sum, { program }) => sum + program.cpu(), 0);
  const ratios: number[] = [];
  for (const replica of rig.replicas) await load(1500, replica);
  for (let run = 0; run < 5; run += 1) {
    const start = cpu();
    await load(3000, rig.replicas[run % 3]);
    const middle = cpu();
    await load(3000);
    ratios.push((cpu() - middle) / (middle - start));
  }
  const median = ratios.toSorted((a, b) => a - b)[2]!;
  console.log(
    `CPU a request, three beside one: ${median.toFixed(2)} of ${ratios.map((one) => one.toFixed(2)).join(', ')}`,
  );
  expect(median).toBeLessThanOrEqual(1.15);
});
