// Takes half an hour of real time, so only `npm run soak` runs these tests.
import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GRACE } from '#testing/test-env.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from '#testing/programs/prometheus.ts';
import type { Visitor } from '#testing/visitor.ts';
import { startMonitoredPortal, type MonitoredPortal } from './monitored-portal.ts';

const rules = readFileSync(join(import.meta.dirname, '../../../../../deploy/prometheus/alerts.yaml'), 'utf8');
const RESOLVED_S = 120;
/** Twice the time that the rules of these tests look back, in seconds. */
const QUIET_S = 240;
const FACTORS = 'GET /api/v1/users/*/factors';
const ALWAYS = 1_000_000;

describe.skipIf(!hasPrometheus)('by the wall clock', () => {
  let monitored: MonitoredPortal;
  let prometheus: Prometheus;
  let grace: Visitor;
  beforeAll(async () => {
    monitored = await startMonitoredPortal();
    await monitored.serveMetrics();
    prometheus = await startPrometheus(monitored.target, rules, '15s');
    grace = await monitored.portal.signedIn(GRACE);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await monitored?.close();
  });

  let told = performance.now();
  /** Okta's rate limit resets only when the test environment's clock moves. */
  function letTimePass(): void {
    const seconds = Math.floor((performance.now() - told) / 1000);
    monitored.env.advance(seconds);
    told += seconds * 1000;
  }

  /** Returns the alerts that fired. */
  async function during(seconds: number): Promise<string[]> {
    const fired = new Set<string>();
    for (const until = performance.now() + seconds * 1000; performance.now() < until;) {
      letTimePass();
      await grace.call('listFactors');
      await grace.call('getSession');
      await monitored.background();
      for (const name of await prometheus.firing()) fired.add(name);
      await pause(1000);
    }
    return [...fired].toSorted();
  }

  /**
   * Returns the alerts that fired during the outage (`inIt`), in the `RESOLVED_S` after it (`after`), and later
   * (`left`).
   */
  async function outage(seconds: number) {
    expect(await during(QUIET_S)).toEqual([]);
    await monitored.env.fault({ match: 'GET /*', cut: 'before', times: ALWAYS });
    const inIt = await during(seconds);
    await monitored.env.clearFaults();
    const after = await during(RESOLVED_S);
    return { inIt, after, left: await during(30) };
  }

  test('an outage of 20 s wakes nobody', { timeout: 900_000 }, async () => {
    expect(await outage(20)).toEqual({ inIt: [], after: [], left: [] });
  });

  test.for([90, 300])(
    'an outage of %i s is told while it lasts, and is over in two minutes',
    { timeout: 1_200_000 },
    async (seconds) => {
      const { inIt, left } = await outage(seconds);
      // Alertmanager sends one page for both, because LatchkeyOktaUnreachable suppresses LatchkeyErrors.
      expect(inIt).toEqual(expect.arrayContaining(['LatchkeyOktaUnreachable']));
      expect(inIt.filter((name) => !['LatchkeyErrors', 'LatchkeyOktaUnreachable'].includes(name))).toEqual([]);
      expect(left).toEqual([]);
    },
  );

  test('a limit that somebody used up is told, and is over in two minutes', { timeout: 1_200_000 }, async () => {
    expect(await during(QUIET_S)).toEqual([]);
    await monitored.env.fault({ match: FACTORS, status: 429, times: ALWAYS });
    expect(await during(300)).toEqual(['LatchkeyRateLimit']);
    await monitored.env.clearFaults();
    monitored.env.advance(65);
    await during(RESOLVED_S);
    expect(await during(30)).toEqual([]);
  });

  test('a portal that starts again and again is told', { timeout: 1_200_000 }, async () => {
    expect(await during(QUIET_S)).toEqual([]);
    const fired = new Set<string>();
    for (let n = 0; n < 8; n += 1) {
      await monitored.closeMetrics();
      for (const name of await during(16)) fired.add(name);
      await monitored.serveMetrics();
      for (const name of await during(16)) fired.add(name);
    }
    expect([...fired]).toEqual(['LatchkeyRestarts']);
  });
});
