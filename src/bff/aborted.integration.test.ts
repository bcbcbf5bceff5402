import { request } from 'node:http';
import pino from 'pino';
import { expect, test } from 'vitest';
import { GRACE, startTestEnv } from '#testing/test-env.ts';

test('a read that the browser aborted leaves no warning; one that Okta fails says so in its line', async () => {
  const lines: Record<string, unknown>[] = [];
  let received = () => {};
  const logger = pino(
    { level: 'debug' },
    {
      write: (line: string) => {
        lines.push(JSON.parse(line) as Record<string, unknown>);
        received();
      },
    },
  );
  const env = await startTestEnv();
  try {
    let reached = () => {};
    const portal = await env.fresh({
      logger,
      okta: (client) => {
        const listFactors: typeof client.userFactorApi.listFactors = (...asked) => {
          const answer = client.userFactorApi.listFactors(...asked);
          reached();
          return answer;
        };
        return { ...client, userFactorApi: { ...client.userFactorApi, listFactors } };
      },
    });
    const grace = await portal.signedIn(GRACE);
    for (const [path, accept] of [
      ['/api/factors', 'application/json'],
      ['/', 'text/html'],
    ] as const) {
      lines.length = 0;
      await env.fault({ match: 'GET /api/v1/users/*/factors', times: 1, delayMs: 2000 });
      const asked = new Promise<void>((resolve) => (reached = resolve));
      const { port } = new URL(portal.base);
      const headers = { cookie: `latchkey-${port}=${grace.token()}`, accept };
      const asking = request({ host: '127.0.0.1', port, path, headers });
      asking.on('error', () => {}).end();
      await asked;
      const logged = new Promise<void>((resolve) => (received = resolve));
      asking.destroy();
      if (path === '/') await portal.app.fastify.close();
      else await logged;
      expect(lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
      await env.clearFaults();
      if (path === '/') return;
      await env.fault({ match: 'GET /api/v1/users/*/factors', times: 2, status: 500 });
      expect((await grace.raw({ path })).status).toBe(502);
      expect(lines.filter(({ status }) => status === 502)).toMatchObject([{ level: 30, reason: 'org' }]);
      await env.clearFaults();
    }
  } finally {
    await env.close();
  }
});
