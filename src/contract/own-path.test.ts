import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPath } from './endpoints.ts';

const BASE = 'https://portal.example';

test.each([
  ['/', '/'],
  ['/add/totp', '/add/totp'],
  ['/methods/uft00000000000000000?tab=1#code', '/methods/uft00000000000000000?tab=1'],
  ['/methods/abc/remove', '/methods/abc/remove'],
  ['/a?next=https://evil.example', '/a?next=https://evil.example'],
  ['/a?next=%2F%2Fevil.example', '/a?next=%2F%2Fevil.example'],
  ['/a/../b', '/b'],
  ['/signed-out', '/signed-out'],
  ['/authors', '/authors'],
  ['/step-up?purpose=enroll%3Atotp', '/step-up?purpose=enroll%3Atotp'],
  ['/step-up?purpose=a%3Ab&returnTo=%2F', '/step-up?purpose=a%3Ab&returnTo=%2F'],
])('%s is a path of our own', (wanted, kept) => {
  expect(ownPath(wanted)).toBe(kept);
});

const hostile: unknown[] = [
  undefined,
  null,
  7,
  {},
  [],
  ['/a'],
  '',
  ' ',
  'a',
  'add/totp',
  '.',
  '..',
  '?a',
  '#a',
  '//',
  '///',
  '//evil.example',
  '///evil.example',
  '//evil.example/%2e%2e',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/%09/evil.example',
  '/%0a/evil.example',
  '/%0d%0aLocation:%20https://evil.example',
  '/%5cevil.example',
  '/%5Cevil.example',
  '/%2fevil.example',
  '/%2Fevil.example',
  '/%252fevil.example',
  '/%255cevil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'HTTPS://evil.example',
  'http://portal.example',
  'https://portal.example',
  'https://portal.example@evil.example',
  'https://portal.example.evil.example',
  '//portal.example@evil.example',
  '//portal.example:443',
  '/@evil.example/..//evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/./\\evil.example',
  '/%2e%2e//evil.example',
  '/%2e/%2fevil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,x',
  'evil',
  ' /',
  '/auth/callback?code=x',
  'vbscript:x',
  'blob:https://portal.example/x',
  'file:///etc/passwd',
  '／／evil.example',
  '/／evil.example/..//',
  '。evil.example',
  '//evil。example',
  '/\u0000//evil.example',
  '/\u2028/evil.example',
  '/\u00a0/evil.example',
  '/\ufeff/evil.example',
  '/auth/sign-in',
  '/auth/callback?state=x',
  '/auth',
  '/api/home',
  '/api',
  '/x/../auth/step-up',
  '/./api/factors',
  `/${'a'.repeat(2000)}`,
];

test('[S11] the table has more than forty cases', () => expect(hostile.length).toBeGreaterThan(40));

test.each(hostile.map((wanted) => [wanted]))('[S11] %j redirects to the home page', (wanted) => {
  const kept = ownPath(wanted);
  // A full-width slash is an ordinary character, so this is a path of the portal.
  if (kept !== '/')
    expect([kept, URL.parse(kept, BASE)?.origin]).toEqual([expect.stringMatching(/^\/%EF%BC%8F/), BASE]);
});

test('[S11] a browser that follows the redirect stays here, whatever the input', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    '%2f',
    '%5c',
    '%09',
    '\t',
    '\n',
    '@',
    ':',
    'https:',
    'evil.example',
    '?',
    '#',
    ' ',
    '%',
    'a',
    '／',
    '\u2028',
    'auth',
    '%61uth',
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
      (wanted) => {
        const kept = ownPath(wanted);
        const url = new URL(kept, BASE);
        expect(kept.startsWith('/') && !kept.startsWith('//')).toBe(true);
        expect(url.origin).toBe(BASE);
        expect(url.pathname).not.toMatch(/^\/(?:auth|api)(?:\/|$)/);
      },
    ),
    { numRuns: 5000 },
  );
});
