import { LRUCache } from 'lru-cache';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { getNetwork } from '../platform/client/address.ts';
import { limits } from './policies.ts';
import { createWindows, type Over, type Windows } from '../platform/cache/windows.ts';

/** Kinds of requests, each with a limit of its own. */
export type LimitKind = keyof typeof limits | 'callback' | 'freeze' | 'global-logout' | 'refused-logout';

/** How many recently active sessions are remembered. Their requests do not count against their network's limit. */
const KNOWN = 20_000;
/** How many refusals per key and minute get a rendered page. Later ones get a fixed page, which costs less. */
const DRAWN = 5;

/** How many authorization codes Okta may refuse per minute and network. Any visitor can make the portal send one. */
const FAILED_EXCHANGES = 30;

/** Pages per minute of a person in a network, over all sessions. The first `OWN_PAGES` of each session do not count. */
const PAGES_OF_PERSON = 240;
const OWN_PAGES = 20;

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
 * Requests per minute of a network without a valid session, derived from the number of sign-ins. One sign-in opens at
 * most two pages without a session, one callback, and 25 resources.
 */
export const networkLimits = (signInRate: number) => ({
  coarse: 25 * signInRate,
  page: 2 * signInRate,
  'sign-in': signInRate,
  callback: signInRate,
  other: Math.ceil(signInRate / 2),
  // With a lower limit, somebody in the same network could use up the limit and prevent a freeze.
  freeze: 2 * signInRate,
  // Okta sends these requests from few addresses. Checking a signature costs less than rendering a page.
  'global-logout': 5 * signInRate,
  'refused-logout': 120,
  health: 240,
});

export type Limiter = ReturnType<typeof createLimiter>;

/**
 * Creates the limits against floods. The counts are in memory, bounded, and lost at a restart. The limits that protect
 * codes and accounts are counted in the store.
 * @param signInRate sign-ins per minute and network
 */
export function createLimiter(clock: Pick<Clock, 'now'>, signInRate: number) {
  const most = networkLimits(signInRate);
  const [coarse, networks, cookies, persons, health]: Windows[] = Array.from({ length: 5 }, () => createWindows(clock));
  /** Hashes of cookies that had a live session. */
  const knownClients = new LRUCache<string, true>({ max: KNOWN });
  /** Running exchanges of codes, by network and session. */
  const running = new Map<string, Set<Promise<void>>>();

  function count(windows: Windows, key: string, max: number, drawn?: boolean): void {
    const over = windows.take(key, max);
    if (over) throw new TooMany(over, drawn);
  }

  return {
    /**
     * Counts a request before all other work. A recently active session has its own count, so people behind one address
     * cannot block each other. The count is per cookie and network, so a thief elsewhere cannot use up the limit of the
     * cookie's owner.
     * @param hash of the session cookie's value
     */
    arrival(address: string, hash: string | undefined): void {
      const network = getNetwork(address);
      if (hash !== undefined && knownClients.has(hash)) count(cookies!, `${hash} ${network}`, most.coarse / 10, false);
      else count(coarse!, network, most.coarse, false);
    },

    /**
     * Counts a health probe.
     * @param forwarded whether an untrusted proxy forwarded the request, so it is not the load balancer's own probe
     */
    probe(address: string, forwarded: boolean): void {
      count(health!, `${forwarded ? 'forwarded ' : ''}${getNetwork(address)}`, most.health, false);
    },

    /** Records for `arrival` that a cookie has a live session. */
    alive(hash: string): void {
      knownClients.set(hash, true);
    },

    /** Counts a person's call of an endpoint. */
    person(userId: string, kind: keyof typeof limits): void {
      count(persons!, `${kind} ${userId}`, limits[kind]);
    },

    /**
     * Counts a page, a sign-in or a freeze link with a valid session, per session and network. So a thief with another
     * session, or in another network, cannot block the pages that the person needs to freeze.
     */
    session({ id, user_id: userId }: { id: string; user_id: string }, address: string, kind: LimitKind): void {
      const name = kind === 'page' || kind === 'read' ? kind : 'sign-in';
      const network = getNetwork(address);
      count(persons!, `${name} ${id} ${network}`, limits[name]);
      // A session's first pages do not count for the person: a thief's other sessions cannot use them up.
      if (name === 'page' && persons!.take(`own ${id} ${network}`, OWN_PAGES) !== null)
        count(persons!, `pages of ${userId} ${network}`, PAGES_OF_PERSON);
    },

    /**
     * Counts an exchange of an authorization code at Okta: a sign-in per network, a step-up per session and network. At
     * the limit, an exchange waits for a running one, so many people of one network can sign in even if Okta is slow.
     * @param sessionId null for a sign-in
     * @returns the function to call at the end, with whether Okta refused the code; if not, the exchange is uncounted
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

    /** Counts a request without a valid session. */
    visitor(address: string, kind: LimitKind): void {
      const name = Object.hasOwn(most, kind) ? (kind as 'page') : 'other';
      count(networks!, `${name} ${getNetwork(address)}`, most[name]);
    },
  };
}
