import type * as z from 'zod/mini';
import { expect, test } from 'vitest';
import { allEndpoints, getEndpoint } from './all.ts';
import { listRoutes } from './endpoint.ts';

const names = Object.keys(allEndpoints) as (keyof typeof allEndpoints)[];

test.each(names)('%s has exactly the parameters of its path', (name) => {
  const { path, params } = getEndpoint(name);
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param);
  const shape = params ? (params as z.ZodMiniObject).shape : {};
  expect(new Set(Object.keys(shape))).toEqual(new Set(named));
  expect(Object.values(shape)).not.toContain(undefined);
});

test.each(names)('%s has a body only where its method has one', (name) => {
  const { method, body, query } = getEndpoint(name);
  expect(body !== undefined && (method === 'GET' || method === 'DELETE')).toBe(false);
  expect(query !== undefined && method !== 'GET').toBe(false);
});

test('no two have the same method and path', () => {
  const all = names.map((name) => `${getEndpoint(name).method} ${getEndpoint(name).path.replace(/\{\w+\}/g, '{}')}`);
  expect(new Set(all).size).toBe(names.length);
});

test('the pages’ endpoint list contains no schema', () => {
  const routes = listRoutes(allEndpoints);
  expect(routes.pollTransaction).toEqual({
    method: 'POST',
    path: '/api/factors/{factorId}/transactions/{transactionId}/poll',
    polls: true,
    renews: true,
  });
  expect(JSON.parse(JSON.stringify(routes))).toEqual(routes);
  expect(new Set(Object.values(routes).flatMap((route) => Object.keys(route)))).toEqual(
    new Set(['method', 'path', 'polls', 'renews']),
  );
});
