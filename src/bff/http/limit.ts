import { LRUCache } from 'lru-cache';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { getNetwork } from '../platform/client/address.ts';
import { limits } from './policies.ts';
import { createWindows, type Over, type Windows } from '../platform/cache/windows.ts';

export type LimitKind = keyof typeof limits | 'callback' | 'freeze' | 'global-logout' | 'refused-logout';

/** The most sessions that are remembered as active. Their requests have a limit of their own. */
const KNOWN = 20_000;
/** Per key and minute, this many refusals get a rendered page. Later ones get a fixed page, which costs less. */
const DRAWN = 5;

/** Per minute and network. Any visitor can make the portal send Okta a wrong code. */
const FAILED_EXCHANGES = 30;

/** Per minute, person and network. The first `OWN_PAGES` of each session are not counted. */
const PAGES_OF_PERSON = 240;
const OWN_PAGES = 20;

export class TooMany extends ApiError {
  readonly drawn: boolean;
  constructor({ until, beyond }: Over, drawn = beyond <= DRAWN) {
    super('busy', { retryAt: new Date(until).toISOString() });
    this.drawn = drawn;
  }
}

/**
 * Per minute and network, without a valid session. One sign-in opens at most two pages, one callback, and 25 resources.
 */
export const networkLimits = (signInRate: number) => ({
  coarse: 25 * signInRate,
  page: 2 * signInRate,
  'sign-in': signInRate,
  callback: signInRate,
  other: Math.ceil(signInRate / 2),
  // With a lower limit, somebody in the same network could prevent a freeze.
  freeze: 2 * signInRate,
  // Okta sends these requests from few addresses.
  'global-logout': 5 * signInRate,
  'refused-logout': 120,
  health: 240,
});

export type Limiter = ReturnType<typeof createLimiter>;

/** The counts are in memory and lost at a restart. `signInRate`: sign-ins per minute and network. */
export function createLimiter(clock: Pick<Clock, 'now'>, signInRate: number) {
  const most = networkLimits(signInRate);
  const [coarse, networks, cookies, persons, health]: Windows[] = Array.from({ length: 5 }, () => createWindows(clock));
  const knownClients = new LRUCache<string, true>({ max: KNOWN });
  /** Exchanges of codes at Okta that have not ended. */
  const running = new Map<string, Set<Promise<void>>>();

  function count(windows: Windows, key: string, max: number, drawn?: boolean): void {
    const over = windows.take(key, max);
    if (over) throw new TooMany(over, drawn);
  }

  return {
    /**
     * An active session has its own count, so that people behind one address cannot block each other.
     * The count is per network, so that a thief elsewhere cannot use it up.
     */
    arrival(address: string, hash: string | undefined): void {
      const network = getNetwork(address);
      if (hash !== undefined && knownClients.has(hash)) count(cookies!, `${hash} ${network}`, most.coarse / 10, false);
      else count(coarse!, network, most.coarse, false);
    },

    /** `forwarded`: an untrusted proxy forwarded the request, so it is not the load balancer's own. */
    probe(address: string, forwarded: boolean): void {
      count(health!, `${forwarded ? 'forwarded ' : ''}${getNetwork(address)}`, most.health, false);
    },

    alive(hash: string): void {
      knownClients.set(hash, true);
    },

    person(userId: string, kind: keyof typeof limits): void {
      count(persons!, `${kind} ${userId}`, limits[kind]);
    },

    /**
     * The count is per session and network, so that a thief's session cannot block the pages that the owner needs to
     * freeze.
     */
    session({ id, user_id: userId }: { id: string; user_id: string }, address: string, kind: LimitKind): void {
      const name = kind === 'page' || kind === 'read' ? kind : 'sign-in';
      const network = getNetwork(address);
      count(persons!, `${name} ${id} ${network}`, limits[name]);
      // A session's first pages are not counted for the person, because a thief's other sessions could use up that
      // limit.
      if (name === 'page' && persons!.take(`own ${id} ${network}`, OWN_PAGES) !== null)
        count(persons!, `pages of ${userId} ${network}`, PAGES_OF_PERSON);
    },

    /**
     * Only codes that Okta refused stay counted. At the limit, an exchange waits for a running one, so that many people
     * of one network can sign in while Okta is slow. Call the result at the end, with whether Okta refused the code.
     */
    async exchange(address: string, sessionId: string | null): Promise<(refused: boolean) => void> {
      const key = `exchange ${sessionId ?? ''} ${getNetwork(address)}`;
      for (let over = networks!.take(key, FAILED_EXCHANGES); over; over = networks!.take(key, FAILED_EXCHANGES)) {
        const others = running.get(key);
        if (!others) throw new TooMany(over);
        networks!.giveBack(key);
        await Promise.race(others);
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const all = running.get(key) ?? new Set();
      running.set(key, all.add(promise));
      return (refused) => {
        if (!refused) networks!.giveBack(key);
        all.delete(promise);
        if (all.size === 0) running.delete(key);
        resolve();
      };
    },

    visitor(address: string, kind: LimitKind): void {
      const name = Object.hasOwn(most, kind) ? (kind as 'page') : 'other';
      count(networks!, `${name} ${getNetwork(address)}`, most[name]);
    },
  };
}
