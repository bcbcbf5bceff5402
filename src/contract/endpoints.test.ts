import type * as z from 'zod/mini';
import { expect, test } from 'vitest';
import { allEndpoints, endpointOf } from './all.ts';
import { routesOf } from './endpoint.ts';

const names = Object.keys(allEndpoints) as (keyof typeof allEndpoints)[];

test.each(names)('%s has exactly the parameters of its path', (name) => {
  const { path, params } = endpointOf(name);
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param);
  const shape = params ? (params as z.ZodMiniObject).shape : {};
  expect(new Set(Object.keys(shape))).toEqual(new Set(named));
  expect(Object.values(shape)).not.toContain(undefined);
});

test.each(names)('%s has a body only where its method has one', (name) => {
  const { method, body, query } = endpointOf(name);
  expect(body !== undefined && (method === 'GET' || method === 'DELETE')).toBe(false);
  expect(query !== undefined && method !== 'GET').toBe(false);
});

test('no two have the same method and path', () => {
  const all = names.map((name) => `${endpointOf(name).method} ${endpointOf(name).path.replace(/\{\w+\}/g, '{}')}`);
  expect(new Set(all).size).toBe(names.length);
});

test('the pages’ endpoint list contains no schema', () => {
  const routes = routesOf(allEndpoints);
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
