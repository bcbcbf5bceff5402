import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ADA } from '#testing/test-env.ts';
import { hasPrometheus, promtool } from '#testing/programs/prometheus.ts';
import { startScrapedPortal, token } from './testing/scraped-portal.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const rules = read('deploy/prometheus/alerts.yaml');
const alertNames = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);
const alertExpressions = [...rules.matchAll(/^ +expr: '(.*)'$/gm)].map(([, text]) => text!.replaceAll("''", "'"));
const dashboard = JSON.parse(read('deploy/grafana/latchkey.json')) as { panels: { targets: { expr: string }[] }[] };
const expressions = [
  ...alertExpressions,
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

const { env, portal, ask } = await startScrapedPortal();

/** Each name with the labels that it matches: `name{label=…}`. */
const namesIn = (expression: string) =>
  [...expression.matchAll(/\b((?:latchkey|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)].map(([, name, matchers = '']) => ({
    name: name!,
    labels: [...matchers.matchAll(/(\w+)(?:=~?|![=~])"/g)].map(([, label]) => label!),
  }));

/** Names that are not in the scrape, and labels that no series of the name has. */
function missingIn(text: string, expression: string): string[] {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name!, type!]));
  return namesIn(expression).flatMap(({ name, labels }) => {
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    if (!types.has(name) && types.get(base) !== 'histogram') return [name];
    const series = [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} `, 'gm'))].map(([, own]) => own!);
    // Prometheus adds the label `job`. A counter without series does not show its labels.
    const own = labels.filter((label) => label !== 'job' && series.length > 0);
    return own
      .filter((label) => !series.some((one) => `,${one}`.includes(`,${label}="`)))
      .map((label) => `${name}{${label}}`);
  });
}

test('each metric and label that alerts and dashboard name is in a scrape', async () => {
  const ada = await portal.signedIn(ADA);
  await ada.call('deleteFactor', { factorId: 'uft00000000000000000' });
  // So that `requests_total` has the label `reason`.
  await env.fault({ match: 'GET /api/v1/users/*/factors', status: 503, times: 9 });
  expect((await ada.call('listFactors')).status).toBe(503);
  const answer = await ask('/metrics', { authorization: `Bearer ${token}` });
  const text = await answer.text();
  expect(expressions.length).toBeGreaterThan(35);
  expect(alertExpressions.length).toBe(alertNames.length);
  expect(expressions.filter((one) => namesIn(one).length === 0)).toEqual([
    expect.stringMatching(/^\(up\{job="latchkey"\} == 0\)/),
    // `balancer.system.test.ts` checks the balancer's metrics.
    expect.stringMatching(/haproxy_/),
    expect.stringMatching(/haproxy_/),
    expect.stringMatching(/haproxy_/),
    expect.stringMatching(/haproxy_/),
  ]);
  expect(expressions.flatMap((one) => missingIn(text, one))).toEqual([]);
  expect(missingIn(text, 'latchkey_planted_total + latchkey_requests_total{state="5"}')).toEqual([
    'latchkey_planted_total',
    'latchkey_requests_total{state}',
  ]);
});

test('each alert has a case that lets it fire, and a paragraph that says what to do', () => {
  const cases = read('deploy/prometheus/alerts.test.yaml')
    .split(/^ {2}- name: /m)
    .slice(1);
  const firing = cases.filter((one) => /exp_labels:/.test(one)).map((one) => /^'?(\w+)/.exec(one)![1]);
  expect([...new Set(firing)]).toEqual(alertNames);
  const headings = [...read('docs/operate/alerts.md').matchAll(/^## (Latchkey\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(alertNames);
  for (const name of alertNames) expect(rules).toContain(`runbook_url: docs/operate/alerts.md#${name.toLowerCase()}`);
});

describe.skipIf(!hasPrometheus)('with Prometheus', () => {
  test('[A10] promtool accepts the rules, and each fires when it should and not before', async () => {
    const folder = join(root, 'deploy/prometheus');
    expect(await promtool(folder, 'check', 'rules', 'alerts.yaml')).toMatchObject({ code: 0 });
    expect(await promtool(folder, 'test', 'rules', 'alerts.test.yaml')).toMatchObject({ code: 0 });
  });

  test('the cases scrape as often as the page says', () => {
    const [, often] = /scrape_interval: (\w+), evaluation_interval: \1\b/.exec(read('docs/operate/monitoring.md'))!;
    const intervals = read('deploy/prometheus/alerts.test.yaml').matchAll(/interval: (\w+)/g);
    expect(new Set([...intervals].map(([, interval]) => interval))).toEqual(new Set([often]));
  });
});
