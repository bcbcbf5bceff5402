import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#bff/config/config.ts';
import { DEADLINE_MS } from '#bff/platform/lifecycle/deadline.ts';
import { drainLimits } from '#bff/platform/lifecycle/drain.ts';
import { END_MS } from '#bff/platform/lifecycle/shutdown.ts';
import { IDLE_IN_TRANSACTION_MS } from '#database/postgres.ts';
import { root } from './step.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Returns seconds. All matches must have the same number. */
function secondsIn(text: string, pattern: RegExp): number {
  const found = new Set([...text.matchAll(pattern)].map(([, seconds]) => Number(seconds!.replaceAll('_', ''))));
  if (found.size !== 1) throw new Error(`${pattern.source} gives ${[...found].join(', ') || 'nothing'}`);
  return [...found][0]!;
}

/** Returns seconds. The limits of each group must be longer than those of the group before. */
function limits(read: (file: string) => string) {
  const { database, drainMs } = readConfig({ DATABASE_URL: 'postgres://a:b@localhost/c' });
  const balancers: [string, RegExp][] = [
    ['deploy/haproxy.cfg', /^ +timeout (?:server|client) (\d+)s$/gm],
    ['deploy/compose/haproxy.cfg', /^ +timeout (?:server|client) (\d+)s$/gm],
    ['deploy/nginx.conf', /proxy_read_timeout (\d+)s;/g],
    ['deploy/Caddyfile', /response_header_timeout (\d+)s/g],
    ['deploy/kubernetes/overlays/production/ingress.yaml', /proxy-read-timeout: '(\d+)'/g],
  ];
  const stops: [string, RegExp, number][] = [
    ['deploy/systemd/latchkey.service', /^TimeoutStopSec=(\d+)$/gm, drainMs / 1000],
    ['deploy/compose.yaml', /^ {2}stop_grace_period: (\d+)s$/gm, drainMs / 1000],
    [
      'deploy/kubernetes/base/deployment.yaml',
      /^ {6}terminationGracePeriodSeconds: (\d+)$/gm,
      secondsIn(read('deploy/kubernetes/base/deployment.yaml'), /name: DRAIN_SECONDS, value: '(\d+)'/g),
    ],
  ];
  return {
    lock: database!.lockMs / 1000,
    statement: database!.statementMs / 1000,
    idleTransaction: IDLE_IN_TRANSACTION_MS / 1000,
    request: DEADLINE_MS / 1000,
    page: secondsIn(read('src/web/api/client/request.ts'), /^const timeLimit = ([\d_]+);$/gm) / 1000,
    balancers: balancers.map(([file, pattern]) => secondsIn(read(file), pattern)),
    drain: drainMs / 1000,
    answering: drainLimits.deadlineMs / 1000,
    stops: stops.map(([file, pattern, drain]) => ({
      seconds: secondsIn(read(file), pattern),
      needed: drain + (drainLimits.deadlineMs + END_MS) / 1000,
    })),
  };
}

function disagreements(read: (file: string) => string): string[] {
  const { lock, statement, idleTransaction, request, page, balancers, answering, stops } = limits(read);
  const rules = {
    database: lock < statement && statement < idleTransaction && idleTransaction < request,
    page: request < page,
    balancer: balancers.every((seconds) => seconds > page),
    drain: answering > request,
    stop: stops.every(({ seconds, needed }) => seconds > needed),
  };
  return Object.entries(rules).flatMap(([name, holds]) => (holds ? [] : [name]));
}

test.each<[rule: string | null, file: string, what: RegExp | string, by: string]>([
  [null, 'deploy/haproxy.cfg', '', ''],
  ['page', 'src/web/api/client/request.ts', /timeLimit = 30_000/, 'timeLimit = 20_000'],
  ['balancer', 'deploy/haproxy.cfg', /timeout (server|client) 60s/g, 'timeout $1 30s'],
  ['stop', 'deploy/compose.yaml', /stop_grace_period: 45s/, 'stop_grace_period: 30s'],
  ['stop', 'deploy/kubernetes/base/deployment.yaml', /value: '10'/, "value: '20'"],
])(
  'whoever waits longest gets an answer: the time limits in all files agree, but for %s in %s',
  (rule, file, what, by) => {
    expect(disagreements((one) => (one === file ? read(one).replace(what, by) : read(one)))).toEqual(
      rule ? [rule] : [],
    );
  },
);

test('the page for operators has these limits', () => {
  const { balancers, stops, ...others } = limits(read);
  const [, table = ''] = read('docs/operate.md').split('## Time limits that agree\n');
  const written = table.split('\n#')[0]!.matchAll(/^\| [^|]+ \| (?:at most )?([\d.]+) s \|/gm);
  const { lock, statement, idleTransaction, request, page, drain, answering } = others;
  const stop = Math.min(...stops.map(({ seconds }) => seconds));
  const all = [lock, statement, idleTransaction, request, page, Math.min(...balancers), drain, answering, stop];
  expect([...written].map(([, seconds]) => Number(seconds))).toEqual(all);
});
