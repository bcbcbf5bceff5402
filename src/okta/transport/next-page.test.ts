import { expect, test } from 'vitest';
import { nextPage } from './next-page.ts';

const origin = 'https://example.okta.com';
const path = '/api/v1/users/00u1/groups';
const at = (target: string, rel = 'next') => `<${target}>; rel="${rel}"`;

test.each<[string | string[] | undefined, string | null]>([
  [undefined, null],
  ['', null],
  [at(`${origin}${path}`, 'self'), null],
  [at(`${origin}${path}?after=a`), `${path}?after=a`],
  [`<${origin}${path}?after=a>; rel=next`, `${path}?after=a`],
  [`<${origin}${path}?after=a>; title="x"; rel="next"; y=z`, `${path}?after=a`],
  [at(`${path}?after=a%2Cb,c`), `${path}?after=a%2Cb,c`],
  [`${at(`${origin}${path}`, 'self')}, ${at(`${origin}${path}?after=b`)}`, `${path}?after=b`],
  [[at(`${origin}${path}`, 'self'), at(`${origin}${path}?after=c`)], `${path}?after=c`],
  [at(`${origin}${path}?after=a`, 'nextish'), null],
])('nextPage › gives the next page of %j', (link, expected) => {
  expect(nextPage(link, origin, path)).toBe(expected);
});

test.each([
  'https://evil.example/api/v1/users/00u1/groups',
  'http://example.okta.com/api/v1/users/00u1/groups',
  '//evil.example/api/v1/users/00u1/groups',
  'https://example.okta.com:8443/api/v1/users/00u1/groups',
  `${origin}/api/v1/users/00u2/groups`,
  `${origin}${path}/../factors`,
  `${origin}${path}/`,
  'javascript:x',
  'https://[',
])('nextPage › refuses %s', (target) => {
  expect(() => nextPage(at(target), origin, path)).toThrow(RangeError);
});
