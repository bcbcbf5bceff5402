import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { networkOf } from '../platform/client/address.ts';
import { limits } from './policies.ts';
import { createWindows, type Over, type Windows } from '../platform/cache/windows.ts';

/** Requests with separate limits: the kinds of the policies, and those of the open routes. */
export type LimitKind = keyof typeof limits | 'callback' | 'freeze' | 'report' | 'global-logout' | 'refused-logout';
export const SIGN_IN_RATE = 1200;
/** Recently active sessions that are kept; their requests do not count for their network. */
const KNOWN = 20_000;
/** This many refusals per key and minute get a rendered page; more pages would cost more than the refused requests. */
const DRAWN = 5;

/** Thrown for a request that exceeds a limit. */
export class TooMany extends ApiError {
  /** Whether the refusal may be rendered as a page. */
  readonly drawn: boolean;
  constructor({ until, beyond }: Over, drawn = beyond <= DRAWN) {
    super('busy', { retryAt: new Date(until).toISOString() });
    this.drawn = drawn;
  }
}

/**
 * Requests per minute of all visitors of one network without a valid session. They follow from the number of sign-ins:
 * each sees at most two pages without a session and returns once, and the browser fetches at most 25 resources.
 */
export const networkLimits = (signInRate: number) => ({
  coarse: 25 * signInRate,
  page: 2 * signInRate,
  'sign-in': signInRate,
  callback: signInRate,
  other: Math.ceil(signInRate / 2),
  freeze: 120,
  report: 30,
  // Okta ends sessions from few addresses. Checking a signature costs less than a page, and a refusal is one log line.
  'global-logout': 5 * signInRate,
  'refused-logout': 120,
  health: 240,
});

export type Limiter = ReturnType<typeof createLimiter>;

/**
 * Limits on floods: in memory, bounded, lost with the process. The limits that protect codes and accounts are counted
 * in the store.
 * @param signInRate sign-ins that may start per minute and network
 */
export function createLimiter(clock: Pick<Clock, 'now'>, signInRate: number) {
  const most = networkLimits(signInRate);
  const [coarse, networks, persons, health]: Windows[] = Array.from({ length: 4 }, () => createWindows(clock));
  /** By the hash of a cookie that opened a session. */
  const sessions = createWindows(clock, KNOWN);

  function count(windows: Windows, key: string, max: number, drawn?: boolean): void {
    const over = windows.take(key, max);
    if (over) throw new TooMany(over, drawn);
  }

  return {
    /**
     * Called before all other work. A recently active session is counted by itself, so neighbours behind one address
     * cannot block each other. It is counted by cookie, not by person, so a stolen old cookie does not use up its
     * owner's limit.
     * @param hash of the session cookie's value
     */
    arrival(address: string, hash: string | undefined): void {
      if (hash !== undefined && sessions.has(hash)) count(sessions, hash, most.coarse / 10, false);
      else count(coarse!, networkOf(address), most.coarse, false);
    },

    /**
     * Counts a health probe.
     * @param forwarded whether the request was forwarded by an untrusted proxy: then it is no probe of the load
     * balancer
     */
    probe(address: string, forwarded: boolean): void {
      count(health!, `${forwarded ? 'forwarded ' : ''}${networkOf(address)}`, most.health, false);
    },

    /** Records for `arrival` that a cookie opened a session. */
    alive(hash: string): void {
      sessions.open(hash);
    },

    /** Counts a request with a valid session. */
    person(userId: string, kind: LimitKind): void {
      const [name, max] = Object.hasOwn(limits, kind)
        ? [kind, limits[kind as keyof typeof limits]]
        : ['sign-in', limits['sign-in']];
      count(persons!, `${name} ${userId}`, max);
    },

    /** Counts a request without one. */
    visitor(address: string, kind: LimitKind): void {
      const name = Object.hasOwn(most, kind) ? (kind as 'page') : 'other';
      count(networks!, `${name} ${networkOf(address)}`, most[name]);
    },
  };
}
