import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from '#testing/programs/prometheus.ts';
import { said } from '#testing/visitor.ts';
import { causes, check, reset } from './testing/alert-causes.ts';
import { SCRAPE_MS, startMonitoredPortal, type MonitoredPortal } from './testing/monitored-portal.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../../../deploy', file), 'utf8');
const rules = read('prometheus/alerts.yaml');
const alertNames = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);
const patience = { timeout: 30_000, interval: 50 };

/**
 * How the rules here differ, and how often the file has each place: time passes faster, six wrong codes are many, and a
 * machine that runs other tests is late by a tenth of a second.
 */
const differences: [from: RegExp, to: string, times: number][] = [
  // Scrapes of half a second are late now and then; those of ten seconds are not.
  [/(alert: LatchkeyDown\n.+\n +for: )\d+m/g, '$110s', 1],
  [/for: \d+m/g, 'for: 1s', alertNames.length - 1],
  [/\[5m\]/g, '[2s]', 1],
  [/\[2m\]/g, '[2s]', 6],
  [/\[30s\]/g, '[2s]', 1],
  [/\[10m\]/g, '[10s]', 2],
  [/\[15m\]/g, '[6s]', 2],
  [/> 200'/g, "> 5'", 1],
  [/lag_p99_seconds > 0\.1'/g, "lag_p99_seconds > 0.3'", 1],
];

/** Repeats work until something else has ended. */
async function during(work: () => Promise<unknown>, other: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = () => void (isOver = true);
  other.then(over, over);
  while (!isOver) {
    await work();
    await new Promise(setImmediate);
  }
  await other;
}

test('each alert has a cause', () => {
  expect(Object.keys(causes).toSorted()).toEqual(alertNames.toSorted());
});

describe.skipIf(!hasPrometheus)('in a portal that Prometheus scrapes', () => {
  let monitored: MonitoredPortal;
  let prometheus: Prometheus;
  const caused = new Set<string>();
  beforeAll(async () => {
    let faster = rules;
    for (const [from, to, times] of differences) {
      expect(faster.match(from)?.length, String(from)).toBe(times);
      faster = faster.replaceAll(from, to);
    }
    monitored = await startMonitoredPortal();
    await monitored.serveMetrics();
    prometheus = await startPrometheus(monitored.target, faster, SCRAPE_MS);
  });
  afterAll(async () => {
    await prometheus.stop();
    await monitored.close();
  });

  const namesIn = async (expression: string) =>
    (await prometheus.seriesOf(expression)).map(({ alertname }) => alertname!).toSorted();
  /** The alerts whose expression is true, and those of them for which it was so for long enough. */
  const active = () => namesIn('ALERTS');
  const firing = () => namesIn('ALERTS{alertstate="firing"}');
  /** The alerts that have fired since Prometheus started. */
  const haveFired = () => namesIn('count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[10m]))');

  test('none fires on an ordinary day', async () => {
    await expect.poll(prometheus.scrapeFault, patience).toBe('');
    await reset(monitored, KATHERINE);
    const hedy = await monitored.portal.signedIn(HEDY);
    const scrapes = () => prometheus.seriesOf('count_over_time(up[10m]) >= 6');
    await during(async () => {
      const grace = await monitored.portal.signedIn(GRACE);
      expect(said(await grace.call('listFactors'))).toBe('200');
      await grace.signOut();
      await hedy.raw({ path: '/', headers: { accept: 'text/html' } });
      await hedy.raw({ path: '/no-such-page' });
      await hedy.call('deleteFactor', { factorId: 'uft00000000000000000' });
      await check(monitored, 2);
      await monitored.background();
    }, expect.poll(scrapes, patience).not.toEqual([]));
    expect(await haveFired()).toEqual([]);
  });

  test('it can evaluate each expression of the dashboard', async () => {
    const { panels } = JSON.parse(read('grafana/latchkey.json')) as { panels: { targets: { expr: string }[] }[] };
    for (const { expr } of panels.flatMap(({ targets }) => targets))
      expect(await prometheus.faultOf(expr.replaceAll('$__rate_interval', '1m')), expr).toBe(null);
    expect(await prometheus.faultOf('latchkey_planted{')).toMatch(/parse error/);
  });

  test.for(Object.entries(causes))('%s fires by its cause, and no other does', async ([name, cause]) => {
    expect(await haveFired()).not.toContain(name);
    await expect.poll(active, patience).not.toContain(name);
    caused.add(name);
    const { meanwhile, mend } = await cause(monitored);
    const fires = async () => expect.poll(firing, patience).toContain(name);
    try {
      await (meanwhile ? during(meanwhile, fires()) : fires());
      expect((await haveFired()).filter((one) => !caused.has(one))).toEqual([]);
    } finally {
      await mend?.();
    }
  });

  test('what is mended fires no more', async () => {
    await expect.poll(firing, patience).toEqual([]);
  });
});
