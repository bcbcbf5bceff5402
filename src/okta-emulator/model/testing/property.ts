import fc from 'fast-check';
import type { House } from './indoors.ts';
import { sequences } from './orders.ts';
import type { Order } from './orders.ts';
import { play } from './play.ts';
import type { Seen } from './play.ts';

/**
 * 2,000 sequences for whoever runs the tests, 100,000 by `npm run soak`; a failure names the seed and path that bring
 * it back.
 */
const { SOAK_SEQUENCES: count = '2000', SOAK_SEED: seed, SOAK_PATH: path } = process.env;

/** @param share of all sequences, from 0 to 1. */
export const extent = (share: number): fc.Parameters<[Order[]]> => ({
  numRuns: Math.ceil(Number(count) * share),
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
});

/** An org and the machine agree, whatever two people do with their factors. */
export const agrees = (house: House, seen?: Seen) => fc.asyncProperty(sequences, (orders) => play(house, orders, seen));
