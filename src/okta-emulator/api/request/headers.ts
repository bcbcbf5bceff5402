import type { FastifyReply } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import type { RateState } from './rate-limit.ts';

/** The three rate-limit headers, in lower case. The reset is in seconds since the epoch, on the emulator's clock. */
export function rateHeaders({ limit, remaining, reset }: RateState): Record<string, string> {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
  };
}

/**
 * The headers of every API answer, also of errors. `Date` uses the emulator's clock, because clients compare it with
 * the rate-limit reset.
 */
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

/** Sets Okta's headers on an answer. */
export function dress(emulator: EmulatorContext, reply: FastifyReply, state: RateState): void {
  void reply.headers({ ...oktaHeaders(emulator), ...rateHeaders(state) });
}
