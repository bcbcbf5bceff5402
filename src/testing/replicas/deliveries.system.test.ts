import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { chromiumOptions } from '../../../scripts/chromium.mjs';
import { freePort } from '../free-port.ts';
import { balancerNames, startBalancer, type BalancerName } from './balancer.ts';

const deploy = join(import.meta.dirname, '../../../deploy');

const CHANGES = 6;
type Protocol = 'h2' | 'http/1.1';

/** The portals close the connection of each change without an answer. Returns how often each change arrived. */
async function deliveries(name: BalancerName, protocol: Protocol, change?: (text: string) => string) {
  const arrived = new Map<string, number>();
  const start = async (): Promise<Server> => {
    const server = createServer(({ url = '', method = '', socket }, answer) => {
      if (method === 'GET') return void answer.setHeader('content-type', 'text/html').end('<title>portal</title>');
      arrived.set(url, (arrived.get(url) ?? 0) + 1);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  const servers = await Promise.all([start(), start(), start()]);
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const balancer = await startBalancer(name, await freePort(), ports, { tls: true, ...(change && { change }) });
  const browser = await chromium.launch({
    ...chromiumOptions(),
    args: ['--ignore-certificate-errors', ...(protocol === 'h2' ? [] : ['--disable-http2'])],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`https://localhost:${balancer.port}/`);
    const used = await page.evaluate(async (count) => {
      for (let n = 0; n < count; n += 1) {
        // After six reads, a balancer that keeps connections has one to each portal. After a failure, nginx does not
        // use a portal for a second.
        for (let read = 0; read < 6;) if ((await fetch('/read')).ok) read += 1;
        await fetch(`/change-${n}`, { method: n % 2 === 0 ? 'POST' : 'DELETE' }).catch(() => null);
      }
      const [first] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      return first!.nextHopProtocol;
    }, CHANGES);
    return { arrived: [...arrived.values()], used };
  } finally {
    await browser.close();
    await balancer.stop();
    for (const server of servers) server.close().closeAllConnections();
  }
}

/** Kubernetes' ingress controller keeps connections, and retries as `ingress.yaml` says. */
function asIngress(text: string): string {
  const ingress = readFileSync(join(deploy, 'kubernetes/overlays/production/ingress.yaml'), 'utf8');
  const [, repeated] = /proxy-next-upstream: '?([a-z_ ]+)/.exec(ingress)!;
  return text
    .replace('zone portals 64k;', 'zone portals 64k;\n        keepalive 320;')
    .replace('proxy_set_header Connection close;', "proxy_set_header Connection '';")
    .replace(/(?<=proxy_next_upstream )error timeout/, repeated!)
    .replace(/^ {12}if .*\n.*\n.*$/m, '');
}
const protocols = ['h2', 'http/1.1'] as const;
const balancers = [
  ...balancerNames.map((name) => [name, name, undefined] as const),
  ...(balancerNames.includes('nginx') ? [['Kubernetes’ ingress', 'nginx', asIngress] as const] : []),
];

test
  .skipIf(balancers.length === 0)
  .each(balancers.flatMap(([title, name, change]) => protocols.map((protocol) => ({ title, protocol, name, change }))))(
  'behind $title by $protocol, what Chromium sends to a portal that dies arrives once',
  async (one) => {
    const { arrived, used } = await deliveries(one.name, one.protocol, one.change);
    expect(used).toBe(one.protocol);
    expect(arrived).toEqual(Array(CHANGES).fill(1));
  },
);

test.skipIf(balancers.length === 0).each([
  ['haproxy', 'h2', /^ *option http-server-close$/m],
  ['haproxy', 'http/1.1', /^ *option http-server-close$/m],
  ['nginx', 'h2', /^ {12}if .*\n.*\n.*$/m],
] as const)(
  'behind %s by %s, without the line that prevents it a change arrives twice',
  async (name, protocol, line) => {
    const without = (text: string) => text.replace(line, '');
    expect(Math.max(...(await deliveries(name, protocol, without)).arrived)).toBeGreaterThan(1);
  },
);
