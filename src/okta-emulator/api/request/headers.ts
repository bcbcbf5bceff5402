import type { FastifyReply } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import type { RateState } from './rate-limit.ts';

/** The reset is in seconds since 1970, on the emulator's clock. */
export function rateHeaders({ limit, remaining, reset }: RateState): Record<string, string> {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
  };
}

/** `Date` uses the emulator's clock, because clients compare it with the rate-limit reset. */
export function oktaHeaders(emulator: EmulatorContext): Record<string, string> {
  return {
    date: new Date(emulator.clock.now()).toUTCString(),
    'x-okta-request-id': emulator.random(16).toString('hex'),
    'cache-control': 'no-cache, no-store',
    pragma: 'no-cache',
    expires: '0',
    'x-content-type-options': 'nosniff',
    'x-xss-protection': '0',
    p3p: 'CP="HONK"',
    'strict-transport-security': 'max-age=315360000; includeSubDomains',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    vary: 'Origin',
  };
}

export function dress(emulator: EmulatorContext, reply: FastifyReply, state: RateState): void {
  void reply.headers({ ...oktaHeaders(emulator), ...rateHeaders(state) });
}
