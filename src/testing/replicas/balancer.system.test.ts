import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endWithUs } from '../end-with-us.ts';
import { freePort } from '../free-port.ts';
import { exchange } from '../visitor.ts';
import { balancerNames, checkExample, startBalancer } from './balancer.ts';

test.skipIf(balancerNames.length === 0).each(balancerNames)(
  '%s accepts its example as it is shipped, and would name a wrong word',
  async (name) => {
    const whole = await checkExample(name);
    // The tests' certificate has no OCSP address, so a balancer warns about it.
    const output = whole.output.replace(/^.*stapling OCSP.*$/m, '');
    expect([whole.code, output]).toEqual([0, expect.not.stringMatching(/warning|\[warn\]|\[emerg\]|"warn"/i)]);
    const wrong = await checkExample(name, (text) =>
      text.replace(/timeout connect|proxy_connect_timeout|dial_timeout/, 'patience'),
    );
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('patience')]);
  },
);

test.skipIf(balancerNames.length === 0).each(balancerNames)(
  'behind %s a GET whose portal ends before its answer gets another one’s; a change is never sent twice',
  async (name) => {
    const changes: string[] = [];
    const forwarded = new Set<unknown>();
    const start = async (answers: boolean): Promise<Server> => {
      const server = createServer(({ url = '', method = '', headers, socket }, answer) => {
        if (url === '/readyz') return void answer.end();
        forwarded.add(headers['x-forwarded-for']);
        if (method === 'POST') changes.push(url);
        if (answers) answer.end('here');
        else socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    };
    const servers = [await start(true), await start(false)];
    const ports = [...servers.map((server) => (server.address() as AddressInfo).port), await freePort()];
    const balancer = await startBalancer(name, await freePort(), ports);
    try {
      const base = `http://localhost:${balancer.port}`;
      const headers = { 'x-forwarded-for': '192.0.2.1' };
      for (let n = 0; n < 12; n += 1) {
        const reply = await exchange(base, { path: `/${n}`, headers });
        expect([reply.status, reply.text]).toEqual([200, 'here']);
      }
      const statuses = new Set<number>();
      const paths = Array.from({ length: 12 }, (_, n) => `/${n}`);
      for (const path of paths) statuses.add((await exchange(base, { method: 'POST', path, headers })).status);
      expect(changes.toSorted()).toEqual(paths.toSorted());
      expect(statuses).toContain(200);
      // The balancer has replaced the client's `X-Forwarded-For`.
      expect([...forwarded]).toEqual(['127.0.0.1']);
    } finally {
      await balancer.stop();
      for (const server of servers) server.close().closeAllConnections();
    }
  },
);

test.skipIf(balancerNames.length === 0).each(balancerNames)(
  'behind %s a session stays with one portal, and goes to another when that is gone; others go to all',
  async (name) => {
    const start = async (portal: number): Promise<Server> => {
      const server = createServer((_request, answer) => void answer.end(String(portal)));
      const port = await freePort();
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      return server;
    };
    const servers = await Promise.all([0, 1, 2].map(start));
    const listen = await freePort();
    const balancer = await startBalancer(
      name,
      listen,
      servers.map((server) => (server.address() as AddressInfo).port),
    );
    const askAs = async (token: string | null) => {
      const headers = token === null ? {} : { cookie: `other=1; latchkey-${listen}=${token}; more=2` };
      return (await exchange(`http://127.0.0.1:${listen}`, { path: '/', headers })).text;
    };
    const several = async (token: string | null) => {
      const seen = new Set<string>();
      for (let n = 0; n < 20; n += 1) seen.add(await askAs(token));
      return seen;
    };
    try {
      expect((await several(null)).size).toBe(3);
      const firsts = await Promise.all(Array.from({ length: 30 }, (_, n) => askAs(`session ${n}`)));
      expect(new Set(firsts).size).toBe(3);
      const [home] = await several('session 0');
      expect((await several('session 0')).size).toBe(1);
      servers[Number(home)]!.close().closeAllConnections();
      const [after] = await several('session 0');
      expect(after).not.toBe(home);
    } finally {
      await balancer.stop();
      for (const server of servers) server.close().closeAllConnections();
    }
  },
);

test.skipIf(!balancerNames.includes('haproxy'))(
  'HAProxy keeps portals that answer its checks late, as busy ones do',
  async () => {
    const LATE_MS = 1000;
    let checks = 0;
    const busy = createServer(({ url }, answer) => {
      if (url !== '/readyz') return void answer.end('here');
      setTimeout(() => {
        checks += 1;
        answer.end();
      }, LATE_MS);
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const balancer = await startBalancer('haproxy', await freePort(), [(busy.address() as AddressInfo).port]);
    try {
      // More checks than `fall`. HAProxy would have marked the portal as down if a late answer were a failed check.
      await expect.poll(() => checks, { timeout: 20_000 }).toBeGreaterThan(3);
      expect((await exchange(`http://127.0.0.1:${balancer.port}`, { path: '/' })).status).toBe(200);
    } finally {
      await balancer.stop();
      busy.closeAllConnections();
      busy.close();
    }
  },
);

async function say(socketFile: string, words: string): Promise<string> {
  const socket = connect(socketFile).end(words);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

test.skipIf(!balancerNames.includes('haproxy'))(
  'HAProxy sends a portal that hangs nothing after 5 seconds',
  async () => {
    const program = `require('node:http').createServer((_, answer) => answer.end()).listen(0, '127.0.0.1', function () {
    console.log(this.address().port);
  })`;
    const hung = endWithUs(spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] }));
    const [port] = (await once(hung.stdout, 'data')) as [Buffer];
    const balancer = await startBalancer('haproxy', await freePort(), [Number(port)]);
    const metrics = () => say(join(balancer.folder, 'metrics.sock'), 'GET /metrics HTTP/1.0\r\n\r\n');
    const state = async () => /server="one",state="(\w+)"\} 1$/m.exec(await metrics())![1];
    try {
      expect((await exchange(`http://127.0.0.1:${balancer.port}`, { path: '/' })).status).toBe(200);
      expect(await state()).toBe('UP');
      hung.kill('SIGSTOP');
      await expect.poll(state, { timeout: 5_000, interval: 50 }).toBe('DOWN');
      expect((await exchange(`http://127.0.0.1:${balancer.port}`, { path: '/' })).status).toBe(503);
      // Alerts about the balancer read these metrics.
      const rules = readFileSync('deploy/prometheus/alerts.yaml', 'utf8');
      const named = [...rules.matchAll(/(haproxy_\w+\{[^}]*)\}/g)].map(([, one]) => one!.replaceAll(', ', ','));
      const scraped = (await metrics()).replaceAll(/server="\w+",/g, '');
      const counts = named.map((one) => Number(scraped.split(`\n${one}} `)[1]?.split('\n')[0]));
      expect([counts.slice(0, 3), counts[3]! >= 2]).toEqual([[0, 1, 0], true]);
    } finally {
      hung.kill('SIGKILL');
      await balancer.stop();
    }
  },
);

test.skipIf(!balancerNames.includes('haproxy'))(
  'HAProxy: a portal that is taken out by hand gets no request until it is back, and the metrics say so',
  async () => {
    const asked = [0, 0];
    const servers = asked.map((_, index) =>
      createServer(({ url }, answer) => {
        if (url !== '/readyz') asked[index]! += 1;
        answer.end('here');
      }),
    );
    for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const balancer = await startBalancer('haproxy', await freePort(), ports);
    const order = (state: string) => {
      const page = readFileSync(join(import.meta.dirname, '../../../docs/operate/balancers.md'), 'utf8');
      const [command] = new RegExp(`set server portals/one state ${state}`).exec(page)!;
      return say(join(balancer.folder, 'admin.sock'), `${command}\n`);
    };
    const browse = async () => {
      for (let n = 0; n < 12; n += 1) await exchange(`http://127.0.0.1:${balancer.port}`, { path: '/' });
      return asked.splice(0, 2, 0, 0);
    };
    try {
      expect(Math.min(...(await browse()))).toBeGreaterThan(0);
      expect(statSync(join(balancer.folder, 'admin.sock')).mode & 0o777).toBe(0o660);
      expect((await order('drain')).trim()).toBe('');
      expect(await browse()).toEqual([0, 12]);
      const metrics = await say(join(balancer.folder, 'metrics.sock'), 'GET /metrics HTTP/1.0\r\n\r\n');
      expect(metrics).toMatch(/^haproxy_server_status\{proxy="portals",server="one",state="DRAIN"\} 1$/m);
      expect(await say(join(balancer.folder, 'metrics.sock'), 'GET /other HTTP/1.0\r\n\r\n')).toMatch(
        /^HTTP\/1\.\d 404/,
      );
      expect((await order('ready')).trim()).toBe('');
      expect(Math.min(...(await browse()))).toBeGreaterThan(0);
    } finally {
      await balancer.stop();
      for (const server of servers) server.close().closeAllConnections();
    }
  },
);
