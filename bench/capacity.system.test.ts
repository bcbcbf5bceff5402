import { expect, test } from 'vitest';
import { hasBalancers } from '#testing/replicas/balancer.ts';
import { nativeFolder } from '#testing/postgres/native.ts';
import { measureCapacity } from './capacity.ts';

test.skipIf(!hasBalancers || nativeFolder() === null)(
  'capacity is measured on real portals, and every change that was told has its row',
  { timeout: 300_000 },
  async () => {
    const figures = await measureCapacity(4, 1);
    expect(figures.map(({ what }) => what.split(',')[0])).toEqual([
      'factor lists',
      'audited changes',
      'sign-ins',
      'memory of a portal',
      'cores that all of it shared',
    ]);
    for (const { found } of figures) expect(Number.parseFloat(found)).toBeGreaterThan(0);
  },
);
