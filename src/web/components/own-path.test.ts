// @vitest-environment node
import { expect, it } from 'vitest';
import { ownPath } from './own-path.ts';

it.each(['/', '/add', '/methods/abc/remove', '/step-up?purpose=a%3Ab&returnTo=%2F'])('%s is our own', (path) => {
  expect(ownPath(path)).toBe(path);
});

it.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'https://evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil',
  '',
  ' /',
  '/..//evil.example',
  '/.//evil.example',
  '/auth/sign-in',
  '/auth/callback?code=x',
  '/api/home',
  '/auth',
  null,
  undefined,
])('%j is not', (path) => {
  expect(ownPath(path)).toBe('/');
});

it('keeps path and query, and drops the rest', () => {
  expect(ownPath('/add?x=1#begin')).toBe('/add?x=1');
});
