import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { testEnv, type Portal } from '#testing/test-env.ts';
import { exchange, said } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let lines: Record<string, unknown>[] = [];
const logger = pino(
  { level: 'warn', base: null, timestamp: false },
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);
beforeEach(async () => {
  lines = [];
  portal = await env.fresh({ app: { rateLimits: true, logger, trustedProxies: ['127.0.0.1'] } });
});

const post = (body: string, type = 'application/csp-report', from = '203.0.113.9') =>
  exchange(portal.base, {
    method: 'POST',
    path: '/csp-reports',
    headers: { 'content-type': type, 'x-forwarded-for': from },
    body,
  });
const old = (over: object = {}) =>
  JSON.stringify({
    'csp-report': {
      'document-uri': 'https://keys.example.com/add/totp?x=secret',
      'effective-directive': 'script-src-elem',
      'blocked-uri': 'inline',
      'line-number': 7,
      ...over,
    },
  });

test('[W4] every answer names the address for reports', async () => {
  const { headers } = await exchange(portal.base, { path: '/signed-out' });
  expect(headers['content-security-policy']).toMatch(/;report-uri \/csp-reports;report-to csp(?:;|$)/);
  expect(headers['reporting-endpoints']).toBe('csp="/csp-reports"');
});

test('[W4] a report of either format is one line, without the query or secrets of a path', async () => {
  expect((await post(old())).status).toBe(204);
  const secret = 'A'.repeat(43);
  const body = {
    documentURL: `https://keys.example.com/freeze/${secret}`,
    effectiveDirective: 'img-src',
    blockedURL: 'https://evil.example/x.png?y=1',
    sample: 'secret',
    sourceFile: 'chrome-extension://abc/x.js',
  };
  await post(
    JSON.stringify([
      { type: 'csp-violation', body },
      { type: 'deprecation', body },
      { type: 'csp-violation', body },
    ]),
    'application/reports+json',
  );
  const msg = 'a browser reports a breach of the Content Security Policy';
  const told = {
    directive: 'img-src',
    page: 'https://keys.example.com/freeze/…',
    blocked: 'https://evil.example/x.png',
    source: 'chrome-extension:',
    line: null,
    level: 40,
    msg,
  };
  expect(lines).toMatchObject([
    {
      directive: 'script-src-elem',
      page: 'https://keys.example.com/add/totp',
      blocked: 'inline',
      source: null,
      line: 7,
      level: 40,
      msg,
    },
    told,
    told,
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('[W4] garbage is not logged; a network may send 30 reports a minute, all networks 100 lines', async () => {
  for (const body of ['', '{', 'null', '7', '[]', '[null,[[]]]', '{"csp-report":7}'])
    expect((await post(body, 'application/reports+json')).status).toBe(204);
  expect(said(await post(old(), 'text/plain'))).toBe('415 bad_type');
  expect(said(await post(old({ x: 'x'.repeat(17_000) })))).toBe('413 too_large');
  expect(lines).toEqual([]);
  for (let count = 9; count < 30; count++)
    await post(
      old({
        'effective-directive': `\n${'x'.repeat(500)}`,
        'blocked-uri': `https://${'x'.repeat(60)}.example/${'y/'.repeat(2000)}`,
        'document-uri': `${'s'.repeat(6000)}:x`,
      }),
    );
  expect(said(await post(old()))).toBe('429 busy');
  expect(lines).toHaveLength(21);
  expect(Math.max(...lines.map((line) => JSON.stringify(line).length))).toBeLessThan(600);
  const ten = JSON.stringify(
    Array.from({ length: 50 }, () => ({ type: 'csp-violation', body: { effectiveDirective: 'img-src' } })),
  );
  for (let host = 0; host < 20; host++) await post(ten, 'application/reports+json', `198.51.100.${host}`);
  expect(lines).toHaveLength(100);
});
