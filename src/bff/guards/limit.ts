import { isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import rateLimit from '@fastify/rate-limit';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { limits } from './policies.ts';
import type { Policy } from './policies.ts';

/** The network an address stands for: itself, or the /64 that one IPv6 customer has. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const full = address.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left;
  return `${full.slice(0, 4).join(':')}::/64`;
}

/** Our own limits, per person and kind of request, or per network for whoever is not signed in. Memory is bounded by the library's cache. */
export async function limitRequests(app: FastifyInstance, clock: Clock): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    hook: 'preParsing',
    cache: 20_000,
    keyGenerator: (request: FastifyRequest) => request.actor.userId ?? networkOf(request.ip),
    errorResponseBuilder: (_request, { ttl }) =>
      new ApiError('busy', 'Too many requests.', { retryAt: new Date(clock.now() + ttl).toISOString() }),
  });
}

/** The limit of a route, as its options name it. */
export const limitOf = (limit: Policy['limit']) => ({ rateLimit: { max: limits[limit], timeWindow: 60_000 } });
