import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { balancerNames, startBalancer } from './replicas/balancer.ts';
import { exchange } from './visitor.ts';

/** HAProxy logs no URLs. */
const loggers = balancerNames.filter((name) => name !== 'haproxy');
test.skipIf(loggers.length === 0).each(loggers)(
  '[L2] %s logs neither freeze links nor codes of sign-ins, also when no portal answers',
  async (name) => {
    const portal = createServer((_request, answer) => void answer.end('here'));
    const port = await freePort();
    const balancer = await startBalancer(name, await freePort(), [port]);
    const base = `http://localhost:${balancer.port}`;
    const ask = async () => {
      const statuses: number[] = [];
      for (const path of [
        '/freeze/secret-1',
        '//freeze/secret-2',
        '/%66reeze/secret-3',
        '/auth/callback?code=secret-4',
      ])
        statuses.push((await exchange(base, { path })).status);
      statuses.push((await exchange(base, { method: 'POST', path: '/freeze/secret-5', body: '' })).status);
      statuses.push((await exchange(base, { path: '/methods' })).status);
      return statuses;
    };
    try {
      expect(Math.min(...(await ask()))).toBeGreaterThan(500);
      await new Promise<void>((resolve) => portal.listen(port, '127.0.0.1', resolve));
      await expect.poll(async () => (await exchange(base, { path: '/methods' })).status).toBe(200);
      expect(new Set(await ask())).toEqual(new Set([200]));
      await expect.poll(balancer.logged).toMatch(/GET \/methods|"logger":"http.log.error/);
      expect(balancer.logged()).not.toContain('secret');
    } finally {
      await balancer.stop();
      portal.close().closeAllConnections();
    }
  },
);
