import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from '#testing/programs/prometheus.ts';

/** As in docs/operate/monitoring.md. */
const SCRAPE_SECONDS = 15;
const OURS = 'job="latchkey",instance="a:9464"';

/** `none`: the portal did not answer. */
export type Scrape = { values: ReadonlyMap<string, number>; counters: ReadonlySet<string> } | 'none';

export function readScrape(text: string): Exclude<Scrape, 'none'> {
  const values = new Map<string, number>();
  const counters = new Set<string>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) if (type !== 'gauge') counters.add(name!);
  for (const [, name, labels, value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
    values.set(`${name}{${[OURS, labels].filter(Boolean).join()}}`, Number(value));
    const base = name!.replace(/_(?:bucket|sum|count)$/, '');
    if (counters.has(base)) counters.add(name!);
  }
  return { values, counters };
}

export const getValue = (scrape: Exclude<Scrape, 'none'>, name: string): number | undefined =>
  scrape.values.get(`${name}{${OURS}}`);

export type Stretch = [from: Scrape, to: Scrape, times: number];

/**
 * Scrapes 15 s apart. Counters grow by the difference of each stretch, and gauges have the value of its second scrape.
 */
export function goesOn(...stretches: Stretch[]): Scrape[] {
  const scrapes: Scrape[] = [];
  let counted: ReadonlyMap<string, number> | undefined;
  for (const [from, to, times] of stretches) {
    if (from === 'none' || to === 'none') throw new Error('nobody answered');
    for (let n = 0; n < times; n += 1) {
      const earlier = counted ?? from.values;
      const grown = (series: string, value: number) =>
        (earlier.get(series) ?? 0) + value - (from.values.get(series) ?? 0);
      const isCounter = (series: string) => to.counters.has(series.slice(0, series.indexOf('{')));
      const values = new Map(
        [...to.values].map(([series, value]) => [series, isCounter(series) ? grown(series, value) : value]),
      );
      // A series that is missing in the later scrape stays.
      counted = new Map([...earlier, ...values]);
      scrapes.push({ values, counters: to.counters });
    }
  }
  return scrapes;
}

export const staysSo = (last: Scrape, times: number): Scrape[] => Array.from({ length: times }, () => last);

const FIRED = 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1d]))';
const FIRING = 'group by (alertname) (ALERTS{alertstate="firing"})';

const expectation = (expr: string, at: number, alerts: readonly string[]) => ({
  ...{ expr, eval_time: `${at * SCRAPE_SECONDS}s` },
  exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
});

/**
 * Time comes from the scrapes, so a slow machine changes nothing.
 * @param alerts must fire at least once; no other alert may fire
 * @param firing exactly these alerts must fire at the scrape with this index
 */
export async function judge(
  rules: string,
  scrapes: readonly Scrape[],
  alerts: readonly string[],
  firing: ReadonlyMap<number, readonly string[]> = new Map(),
): Promise<{ code: number; output: string }> {
  const names = new Set(scrapes.flatMap((scrape) => [...(scrape === 'none' ? [] : scrape.values.keys())]));
  const isUsed = (series: string) => rules.includes(series.slice(0, series.indexOf('{')));
  const printValues = (series: string) =>
    scrapes.map((scrape) => (scrape === 'none' ? 'stale' : (scrape.values.get(series) ?? '_'))).join(' ');
  const up = { series: `up{${OURS}}`, values: scrapes.map((scrape) => (scrape === 'none' ? 0 : 1)).join(' ') };
  const tests = [
    {
      interval: `${SCRAPE_SECONDS}s`,
      input_series: [up, ...[...names].filter(isUsed).map((series) => ({ series, values: printValues(series) }))],
      promql_expr_test: [
        expectation(FIRED, scrapes.length - 1, alerts),
        ...[...firing].map(([at, ofThem]) => expectation(FIRING, at, ofThem)),
      ],
    },
  ];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), rules);
    // JSON is valid YAML.
    const text = JSON.stringify({ rule_files: ['rules.yaml'], evaluation_interval: `${SCRAPE_SECONDS}s`, tests });
    writeFileSync(join(folder, 'test.yaml'), text);
    return await promtool(folder, 'test', 'rules', 'test.yaml');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
