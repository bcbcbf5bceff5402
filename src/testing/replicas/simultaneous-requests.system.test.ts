import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasBalancers } from './balancer.ts';
import { OTHERS, watchExpiries } from './expiries.ts';
import { openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening } from './prober.ts';
import { startRig, type Rig } from './rig.ts';
import { shiftedClock } from './shifted-clock.ts';

/** In `npm run soak`, 2,000 people sign in within 5 minutes, as on a Monday morning. */
const isSoak = process.env['SOAK_KILLS'] !== undefined;
const SIGN_INS = Number(process.env['SOAK_SIGN_INS'] ?? (isSoak ? 2000 : 24));
/** Milliseconds between two starts. Without a soak, the machine also runs other tests. */
const EVERY_MS = isSoak ? 150 : 300;
/** These people sign in one after another, to measure a page without load. */
const IDLE = isSoak ? 60 : 10;
/** The org's rate-limit window of a minute, plus 2 s for portals that estimate its end wrongly. */
const WINDOW_MS = 62_000;
const PATIENCE = 180_000 + SIGN_INS * EVERY_MS * 4;

let rig: Rig;
beforeAll(async () => {
  // The portals' clocks differ by up to a minute.
  const getEnv = (index: number) => shiftedClock((index - 1) * 30_000);
  if (hasBalancers) rig = await startRig({ people: OTHERS + IDLE + SIGN_INS, orgRate: 6000, getEnv });
});
afterAll(() => rig?.close());

const p99 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;

test.skipIf(!hasBalancers)('machines whose clocks are a minute apart end everything at the same time', async () => {
  const started = rig.replicas.map(({ program }) => Number(/"time":(\d+)/.exec(program.said())?.[1]));
  expect(started[2]! - started[0]!).toBeGreaterThan(50_000);
  expect(await watchExpiries(rig, rig.org.people.slice(0, OTHERS))).toEqual([]);
});

test.skipIf(!hasBalancers)(
  `${SIGN_INS} people sign in, each gets a page and makes a change: no error`,
  { timeout: PATIENCE },
  async () => {
    const ledger = openLedger();
    const idle: number[] = [];
    const loaded: number[] = [];
    const timed = async ({ visitor, who }: Person, times: number[]) => {
      const callback = await visitor.password(await visitor.begin(), who.login);
      const { status, headers } = await visitor.step(callback);
      expect([status, headers.location]).toEqual([302, '/']);
      const began = performance.now();
      expect((await opening(visitor, '/')()).status).toBe(200);
      times.push(performance.now() - began);
    };
    const crowd = rig.org.people.slice(OTHERS).map((who) => new Person(rig, ledger, who));
    for (const person of crowd.splice(0, IDLE)) await timed(person, idle);
    // A soak needs the org's whole rate limit, and earlier tests have used a part of it.
    if (isSoak) await pause(WINDOW_MS);
    const visits = crowd.map(async (person, index) => {
      await pause(index * EVERY_MS);
      await timed(person, loaded);
      await person.action();
    });
    await Promise.all(visits);
    const { told, violations, failedGets, lost, refusals } = ledger;
    expect([violations, failedGets, lost, refusals]).toEqual([[], [], {}, {}]);
    expect(told).toHaveLength(SIGN_INS);
    const [calm, busy] = [p99(idle.slice(IDLE / 2)), p99(loaded)];
    console.log(`page p99: ${busy.toFixed(0)} ms, idle ${calm.toFixed(0)} ms`);
    // Otherwise, other tests that run at the same time would change the result.
    if (isSoak) expect(busy / calm).toBeLessThan(5);
  },
);
