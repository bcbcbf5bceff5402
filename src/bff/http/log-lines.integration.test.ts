import { PassThrough } from 'node:stream';
import pino from 'pino';
import { expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';

const env = await testEnv();

const nasty = [
  'a\r\nb',
  '\n{"level":60,"msg":"forged"}',
  '\u001b[31mred\u001b[0m',
  '"',
  '\\',
  '\\"}',
  '\u0000',
  '\u2028\u2029',
  '\ud800',
  '\u00e9\u{1f600}',
  '%0d%0a',
  '${jndi:ldap://x}',
  '{"a":',
  '</script>',
  '\u007f\u009b',
  'x'.repeat(1024 * 1024),
];

/** A collector reads one event per line. */
const linesOf = (text: string) => {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number; msg: string });
};

test('[L3] each event is one line of JSON, whatever a request or Okta contains', async () => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const logger = pino({ level: 'trace' }, stream);
  const portal = await env.fresh({ logger: logger as never });
  const grace = await portal.signedIn(GRACE);
  for (const words of nasty) {
    const header = words.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ' ').slice(0, 2500);
    const headers = { 'user-agent': header, referer: header, 'x-forwarded-for': header, 'accept-language': header };
    const factors = 'GET /api/v1/users/*/factors';
    await env.fault({
      match: factors,
      status: 500,
      body: {
        errorCode: words.slice(0, 100),
        errorSummary: words.slice(0, 5000),
        errorId: words.slice(0, 100),
        errorCauses: [{ errorSummary: words.slice(0, 5000) }],
      },
    });
    expect((await grace.raw({ path: '/api/factors', headers })).status).toBeGreaterThanOrEqual(500);
    await env.fault({ match: factors, status: 200, body: `<html>${words.slice(0, 5000)}` });
    await grace.raw({ path: '/api/factors', headers });
    await grace.raw({
      path: `/${encodeURIComponent(words.toWellFormed()).slice(0, 4000)}`,
      headers: { ...headers, accept: 'text/html' },
    });
    await grace.raw({ method: 'POST', path: '/api/factors', headers });
    env.advance(30);
    logger.warn({ words, err: new Error(words) }, words);
  }
  const lines = linesOf(text);
  expect(lines.length).toBeGreaterThan(nasty.length * 2);
  expect(lines.filter(({ level, msg }) => level === 60 || msg === 'forged')).toEqual([]);
});

test('[L3] detects a planted line with a line break', () => {
  expect(() => linesOf('{"level":30,"msg":"a\nb"}\n')).toThrow();
  expect(() => linesOf('{"level":30}\n\n')).toThrow();
});
