import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { hasPrometheus, startPrometheus } from '#testing/programs/prometheus.ts';
import { said } from '#testing/visitor.ts';
import { causes, check, reset } from '#bff/platform/metrics/testing/alert-causes.ts';
import { startMonitoredPortal, type MonitoredPortal } from '#bff/platform/metrics/testing/monitored-portal.ts';
import { goesOn, judge, staysSo } from '#bff/platform/metrics/testing/recorded-scrapes.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../../deploy', file), 'utf8');
const rules = read('prometheus/alerts.yaml');
const alertNames = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);
const patience = { interval: 50 };

/** Scrapes in ten minutes. Each rule's window plus its `for` is shorter. */
const BEFORE = 40;
/** Scrapes in twenty minutes. */
const LONG = 80;

test('each alert has a cause, but the balancer’s and those that count an hour, which promtool tests', () => {
  const caused = alertNames.filter((name) => !/^Latchkey(?:Many|Balancer|NoPortal)/.test(name));
  expect(Object.keys(causes).toSorted()).toEqual(caused.toSorted());
});

describe.skipIf(!hasPrometheus)('in a portal that is scraped', () => {
  let monitored: MonitoredPortal;
  beforeAll(async () => {
    monitored = await startMonitoredPortal();
    await monitored.serveMetrics();
  });
  afterAll(() => monitored?.close());

  test('none fires on an ordinary day', async () => {
    await reset(monitored, KATHERINE);
    const hedy = await monitored.portal.signedIn(HEDY);
    const before = await monitored.idleScrape();
    for (let n = 0; n < 3; n += 1) {
      const grace = await monitored.portal.signedIn(GRACE);
      expect(said(await grace.call('listFactors'))).toBe('200');
      await grace.signOut();
      await hedy.raw({ path: '/', headers: { accept: 'text/html' } });
      await hedy.raw({ path: '/no-such-page' });
      await hedy.call('deleteFactor', { factorId: 'uft00000000000000000' });
      await check(monitored, 2);
      await monitored.background();
    }
    const last = await monitored.idleScrape();
    const day = [...staysSo(before, BEFORE), ...goesOn([before, last, LONG])];
    expect(await judge(rules, day, [])).toMatchObject({ code: 0 });
    expect((await judge(rules, day, ['LatchkeyDown'])).code).not.toBe(0);
  });

  test('Prometheus can scrape it, load the rules, and evaluate each expression of the dashboard', async () => {
    const prometheus = await startPrometheus(monitored.target, rules);
    try {
      await expect.poll(prometheus.scrapeFault, patience).toBe('');
      const { panels } = JSON.parse(read('grafana/latchkey.json')) as { panels: { targets: { expr: string }[] }[] };
      for (const { expr } of panels.flatMap(({ targets }) => targets))
        expect(await prometheus.findFault(expr.replaceAll('$__rate_interval', '1m')), expr).toBe(null);
      expect(await prometheus.findFault('latchkey_planted{')).toMatch(/parse error/);
    } finally {
      await prometheus.stop();
    }
  });

  test.for(Object.entries(causes))('%s fires by its cause, no other does, and none when it is mended', async (one) => {
    const [name, cause] = one;
    const { idleScrape } = monitored;
    const before = await idleScrape();
    const { scrapes, meanwhile, mend } = await cause(monitored);
    const caused = scrapes ?? [await idleScrape()];
    const now = caused.at(-1)!;
    let then = staysSo(now, LONG);
    try {
      await meanwhile?.();
      if (meanwhile) then = goesOn([now, await idleScrape(), LONG]);
    } finally {
      await mend?.();
    }
    const all = [...staysSo(before, BEFORE), ...caused, ...then];
    expect(await judge(rules, all, [name])).toMatchObject({ code: 0 });
    const mended = staysSo(await idleScrape(), LONG);
    expect(await judge(rules, mended, [])).toMatchObject({ code: 0 });
  });

  test.for([
    ['20 s', 2, []],
    ['90 s', 6, ['LatchkeyErrors', 'LatchkeyOktaUnreachable']],
    ['5 minutes', 20, ['LatchkeyErrors', 'LatchkeyOktaUnreachable']],
  ] as const)('an outage of Okta of %s', async ([, scrapes, alerts]) => {
    const { env, portal, idleScrape } = monitored;
    const grace = await portal.signedIn(GRACE);
    const work = async (status: number) => {
      const before = await idleScrape();
      for (let n = 0; n < 4; n += 1) {
        expect((await grace.call('listFactors')).status).toBe(status);
        expect(said(await grace.call('getSession'))).toBe('200');
      }
      return [before, await idleScrape()] as const;
    };
    const healthy = await work(200);
    await env.fault({ match: 'GET /*', cut: 'before', times: 1_000_000 });
    for (let n = 0; n < 6; n += 1) await portal.app.probe();
    const outage = await work(503);
    await env.clearFaults();
    await expect.poll(async () => (await portal.app.probe(), portal.app.degradations()), patience).toEqual([]);
    const after = await work(200);
    const all = goesOn([...healthy, BEFORE], [...outage, scrapes], [...after, LONG]);
    const end = BEFORE + scrapes - 1;
    // `alerts` fire at the end of the outage. Two minutes later, none fires.
    const firing = new Map([[end, alerts] as const, [end + 8, []] as const]);
    expect(await judge(rules, all, alerts, firing)).toMatchObject({ code: 0 });
  });
});
