import { PassThrough } from 'node:stream';
import pino from 'pino';
import { expect, test } from 'vitest';
import { GRACE, startTestEnv } from '#testing/test-env.ts';

type Line = { level: number; msg: string; reason?: string } & Record<string, unknown>;

test('however many requests an outage refuses, the log has its begin and its end, and a reason for each request', async () => {
  const env = await startTestEnv();
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  try {
    const portal = await env.fresh({ logger: pino({ level: 'info' }, stream) as never });
    const grace = await portal.signedIn(GRACE);
    text = '';
    await env.fault({ match: 'GET /api/v1/users/*/factors', status: 503, times: 1000 });
    for (let n = 0; n < 20; n += 1) expect((await grace.call('listFactors')).status).toBe(503);
    await env.clearFaults();
    await portal.app.probe();
    await portal.app.probe();
    const lines = () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line);
    await expect.poll(() => lines().filter(({ msg }) => msg === 'request').length).toBe(20);
    expect(lines().filter(({ level }) => level >= 40)).toMatchObject([
      { level: 40, dependency: 'okta', reason: expect.any(String), msg: 'a dependency does not answer' },
      { level: 40, dependency: 'okta', refused: 20, msg: 'a dependency answers again' },
    ]);
    for (const line of lines()) if (line.msg === 'request') expect(line).toMatchObject({ status: 503, reason: 'org' });
    expect(text).not.toContain('"stack"');
  } finally {
    await env.close();
  }
});
