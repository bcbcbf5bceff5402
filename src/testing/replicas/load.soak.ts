/** What takes minutes: part of `npm run soak` only. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from './ledger.ts';
import { startRig, type Rig } from './rig.ts';

const EVERY_MS = 150;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ people: 1 });
}, 120_000);
afterAll(() => rig?.close());

test('three replicas need as much CPU for a request as one', { timeout: 180_000 }, async () => {
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

test('an org with a small limit: every wait says until when, and no change is lost', { timeout: 900_000 }, async () => {
  const small = await startRig({ people: 200, orgRate: 600 });
  try {
    let waits = 0;
    await Promise.all(
      small.org.people.map(async (who, index) => {
        await pause(index * EVERY_MS);
        const visitor = small.visitor();
        await visitor.signIn(who.login);
        for (;;) {
          const reply = await visitor.call(
            'enrollFactor',
            {},
            { body: { kind: 'question', question: 'disliked_food', answer: 'Green turnips' } },
          );
          if (reply.status === 201) return;
          expect(codeOf(reply)).toBe('busy');
          const { retryAt } = (reply.body as { error: { retryAt: string } }).error;
          waits += 1;
          await pause(Math.max(200, Date.parse(retryAt) - Date.now()));
        }
      }),
    );
    console.log(`a small limit: ${waits} waits of ${small.org.people.length} people`);
    expect(waits).toBeGreaterThan(0);
  } finally {
    await small.close();
  }
});
