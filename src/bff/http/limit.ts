import { LRUCache } from 'lru-cache';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { hashOf } from '../store/secrets.ts';
import { networkOf } from './limits/address.ts';
import { limits } from './policies.ts';
import { createWindows } from './limits/windows.ts';
import type { Over, Windows } from './limits/windows.ts';

/** What is limited apart: the kinds of the policies, and of what is open. */
export type LimitKind = keyof typeof limits | 'callback' | 'freeze' | 'report' | 'global-logout' | 'refused-logout';
export const SIGN_IN_RATE = 1200;
/** Sessions that were alive a moment ago, whose requests are not counted with their network's. */
const KNOWN = 20_000;
/** So many refusals of a key in a minute get a drawn page; drawing more would cost more than what was refused. */
const DRAWN = 5;

/** Thrown for a request beyond a limit. */
export class TooMany extends ApiError {
  /** Whether a page may be drawn about it. */
  readonly drawn: boolean;
  constructor({ until, beyond }: Over, drawn = beyond <= DRAWN) {
    super('busy', 'Too many requests.', { retryAt: new Date(until).toISOString() });
    this.drawn = drawn;
  }
}

/**
 * Requests a minute of one network, of everybody without a valid session together. All follow from how many may start
 * to sign in: each sees at most two pages without a session and comes back once, and their browser fetches at most 25
 * things in all.
 */
export const networkLimits = (signInRate: number) => ({
  coarse: 25 * signInRate,
  page: 2 * signInRate,
  'sign-in': signInRate,
  callback: signInRate,
  other: Math.ceil(signInRate / 2),
  freeze: 120,
  report: 30,
  // The org ends everybody's sessions from few addresses. Looking at a signature costs less than a page; what it
  // refuses is a line of the log.
  'global-logout': 5 * signInRate,
  'refused-logout': 120,
  health: 240,
});

export type Limiter = ReturnType<typeof createLimiter>;

/**
 * Limits on floods: in memory, bounded, gone with the process. What protects codes and accounts is counted in the
 * store.
 * @param signInRate how many may start to sign in, a minute and network
 */
export function createLimiter(clock: Pick<Clock, 'now'>, signInRate: number) {
  const most = networkLimits(signInRate);
  const [coarse, networks, persons, health]: Windows[] = Array.from({ length: 4 }, () => createWindows(clock));
  const known = new LRUCache<string, true>({ max: KNOWN });

  function count(windows: Windows, key: string, max: number, drawn?: boolean): void {
    const over = windows.take(key, max);
    if (over) throw new TooMany(over, drawn);
  }

  return {
    /**
     * Before all other work. Whoever came with a session that was alive a moment ago is counted alone: neighbours
     * behind one address cannot keep each other out of a session, nor one person use up the address of the others.
     * Counted by cookie, not by person: whoever holds an old one of somebody's uses up nothing of theirs.
     * @param token what the session cookie says
     */
    arrival(address: string, token: string | undefined): void {
      const hash = token === undefined ? undefined : hashOf(token);
      const isKnown = hash !== undefined && known.get(hash) === true;
      count(coarse!, isKnown ? `session ${hash}` : networkOf(address), isKnown ? most.coarse / 10 : most.coarse, false);
    },

    /**
     * @param forwarded whether somebody sent it on, though no trusted proxy: such requests are none of the balancer's
     * own probes.
     */
    probe(address: string, forwarded: boolean): void {
      count(health!, `${forwarded ? 'forwarded ' : ''}${networkOf(address)}`, most.health, false);
    },

    /** Notes that a cookie opened a session, for `arrival`. */
    alive(token: string): void {
      known.set(hashOf(token), true);
    },

    /** For somebody with a valid session. */
    person(userId: string, kind: LimitKind): void {
      const [name, max] = Object.hasOwn(limits, kind)
        ? [kind, limits[kind as keyof typeof limits]]
        : ['sign-in', limits['sign-in']];
      count(persons!, `${name} ${userId}`, max);
    },

    /** For everybody else. */
    visitor(address: string, kind: LimitKind): void {
      const name = Object.hasOwn(most, kind) ? (kind as 'page') : 'other';
      count(networks!, `${name} ${networkOf(address)}`, most[name]);
    },
  };
}
