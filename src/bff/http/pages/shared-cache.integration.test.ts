import { expect, test } from 'vitest';
import { ADA, GRACE, testEnv } from '#testing/test-env.ts';
import { filled, routes } from '#testing/requests/route-table.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';

const env = await testEnv();
const portal = await env.fresh();
const [ada, grace] = [await portal.signedIn(ADA), await portal.signedIn(GRACE)];

/** Stores even more than RFC 9111 permits: every answer that is not forbidden, by path only, without `Vary`. */
function sharedCache() {
  const kept = new Map<string, Reply>();
  return {
    kept,
    async get(who: Visitor, path: string): Promise<Reply> {
      const found = kept.get(path);
      if (found) return found;
      const reply = await who.raw({
        path,
        headers: { accept: path.startsWith('/api/') ? 'application/json' : 'text/html' },
      });
      const keepable =
        [200, 203, 204, 300, 301, 404, 405, 410, 414, 501].includes(reply.status) &&
        !/no-store|private/.test(reply.headers['cache-control'] ?? '');
      if (keepable) kept.set(path, reply);
      return reply;
    },
  };
}

const suffixes = [
  '/x.css',
  '/.js',
  '.css',
  ';.js',
  ';x.css',
  '%2fx.css',
  '%3b.js',
  '%2ecss',
  '%00.css',
  '%0a.css',
  '/..%2fx.js',
  '/%2e%2e/assets/x.css',
];

test('[W6] two people behind a cache that stores everything never get a byte of each other', async () => {
  const cache = sharedCache();
  const reading = routes.filter(({ method }) => method === 'GET').map((route) => filled(route));
  const places = [
    ...reading,
    '/',
    '/add',
    '/sessions',
    '/methods/uft00000000000000000',
    '/auth/sign-in',
    '/livez',
    '/robots.txt',
    '/assets/entry-0123abcd.js',
  ];
  let received = 0;
  for (let turn = 0; turn < 2; turn += 1) {
    for (const path of places) {
      for (const [who, own, other] of [
        [ada, ADA, GRACE],
        [grace, GRACE, ADA],
      ] as const) {
        const reply = await cache.get(who, path);
        const text = reply.text + JSON.stringify(reply.headers);
        expect([path, text.includes(other)]).toEqual([path, false]);
        if (text.includes(own)) received += 1;
      }
    }
  }
  expect(received).toBeGreaterThan(4);
  expect([...cache.kept.keys()].toSorted()).toEqual(['/assets/entry-0123abcd.js', '/robots.txt']);
  for (const reply of cache.kept.values()) expect(reply.headers['set-cookie']).toBeUndefined();
});

test('[W6] an API path that looks like a file is not found, or an uncached page', async () => {
  for (const path of ['/api/home', '/api/factors', '/api/session', '/api/sessions']) {
    for (const suffix of suffixes) {
      const reply = await grace.raw({ path: path + suffix });
      expect([path + suffix, reply.status >= 400, reply.headers['cache-control'], reply.text.includes(GRACE)]).toEqual([
        path + suffix,
        true,
        'no-store',
        false,
      ]);
    }
  }
  for (const suffix of suffixes)
    expect([
      suffix,
      (await grace.raw({ path: `/sessions${suffix}`, headers: { accept: 'text/html' } })).headers['cache-control'],
    ]).toEqual([suffix, 'no-store']);
});

test('[W6] detects a planted answer that may be cached', async () => {
  const cache = sharedCache();
  const leaky = {
    raw: async (sent: { path: string }) => ({ ...(await ada.raw(sent)), headers: {} }),
  } as unknown as Visitor;
  await cache.get(leaky, '/api/home');
  expect((await cache.get(grace, '/api/home')).text).toContain(ADA);
});
