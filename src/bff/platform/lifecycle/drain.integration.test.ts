import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ensureBuilt, startServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE, startTestEnv } from '#testing/test-env.ts';
import { exchange } from '#testing/visitor.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const BUSY = 20;

async function keepAsking(
  base: string,
  path: string,
  answered: () => void,
): Promise<{ last: string | undefined; error: string | null }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = new URL(base);
  const ask = () =>
    new Promise<string | undefined>((resolve, reject) => {
      const asking = request({ agent, host: '127.0.0.1', port, path }, (answer) => {
        answer
          .on('error', reject)
          .on('end', () => resolve(answer.headers.connection))
          .resume();
        if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`));
      });
      asking.on('error', reject).end();
    });
  try {
    for (;;) {
      const last = await ask();
      answered();
      if (last === 'close') return { last, error: null };
    }
  } catch (error) {
    return { last: undefined, error: String(error) };
  } finally {
    agent.destroy();
  }
}

test('[D4] SIGTERM resets none of 20 busy connections: each gets its answer and a close', async () => {
  await ensureBuilt();
  const folder = temporaryFolder();
  const metricsPort = await freePort();
  const server = await startServerProcess({
    port: await freePort(),
    emulatorPort: await freePort(),
    folder,
    env: { METRICS_PORT: String(metricsPort) },
  });
  try {
    let answers = 0;
    let warm = () => {};
    const warmed = new Promise<void>((resolve) => (warm = resolve));
    const paths = ['/livez', '/signed-out', '/robots.txt'];
    const asking = Array.from({ length: BUSY }, (_, index) =>
      keepAsking(server.base, paths[index % paths.length]!, () => {
        answers += 1;
        if (answers === BUSY * 10) warm();
      }),
    );
    await warmed;
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^latchkey_requests_total\{method="GET",route="\/livez",status="200"\} \d+$/m);
    expect(metrics).toMatch(
      /^latchkey_okta_calls_total\{operation="GET \/.well-known\/okta-organization",status="200"\} /m,
    );
    const [ends] = await Promise.all([Promise.all(asking), server.end()]);
    expect(ends).toEqual(Array.from({ length: BUSY }, () => ({ last: 'close', error: null })));
  } finally {
    await server.kill();
  }
});

test('[D4] answers running requests at the end, closes idle connections, and cuts what takes too long', async () => {
  const env = await startTestEnv();
  try {
    let isHeld = false;
    let entered = () => {};
    let finish = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const portal = await env.fresh({
      drain: { quietMs: 30, deadlineMs: 5000 },
      okta: (client) => {
        const listFactors: typeof client.userFactorApi.listFactors = async (...asked) => {
          entered();
          if (isHeld) await gate;
          return client.userFactorApi.listFactors(...asked);
        };
        return { ...client, userFactorApi: { ...client.userFactorApi, listFactors } };
      },
    });
    const grace = await portal.signedIn(GRACE);
    const { port } = new URL(portal.base);
    const quiet = connect(Number(port), '127.0.0.1');
    await once(quiet.resume(), 'connect');
    isHeld = true;
    const reached = new Promise<void>((resolve) => (entered = resolve));
    const slow = grace.raw({ path: '/api/factors' });
    await reached;
    const closing = portal.app.fastify.close();
    await once(quiet, 'close');
    finish();
    const answer = await slow;
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
    await closing;
    await expect(exchange(portal.base, { path: '/livez' })).rejects.toThrow('ECONNREFUSED');

    const stuck = await env.another({ drain: { quietMs: 30, deadlineMs: 200 } });
    const half = connect(Number(new URL(stuck.base).port), '127.0.0.1', () =>
      half.write('POST /api/factors HTTP/1.1\r\nHost: x\r\n'),
    );
    await once(half, 'connect');
    half.on('error', () => {}).resume();
    const begun = performance.now();
    await Promise.all([stuck.app.fastify.close(), once(half, 'close')]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  } finally {
    await env.close();
  }
});

test('[D4] an announced end is seen by a load balancer while the portal still takes new connections', async () => {
  const env = await startTestEnv();
  try {
    const portal = await env.fresh({ drain: { quietMs: 30, deadlineMs: 5000 } });
    await portal.app.probe();
    const ready = async () => (await exchange(portal.base, { path: '/readyz' })).status;
    expect(await ready()).toBe(200);
    portal.app.announceEnd();
    expect(await ready()).toBe(503);
    const fresh = new Agent({ keepAlive: true });
    const answer = await new Promise<{ status: number | undefined; connection: string | undefined }>(
      (resolve, reject) => {
        const { port } = new URL(portal.base);
        request({ agent: fresh, host: '127.0.0.1', port, path: '/livez' }, ({ statusCode: status, headers }) =>
          resolve({ status, connection: headers.connection }),
        )
          .on('error', reject)
          .end();
      },
    );
    fresh.destroy();
    expect(answer).toEqual({ status: 200, connection: 'close' });
  } finally {
    await env.close();
  }
});
