import { LRUCache } from 'lru-cache';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { getNetwork } from '../platform/client/address.ts';
import { limits } from './policies.ts';
import { createWindows, type Over, type Windows } from '../platform/cache/windows.ts';

/** Requests with separate limits: the kinds of the policies, and those of the open routes. */
export type LimitKind = keyof typeof limits | 'callback' | 'freeze' | 'global-logout' | 'refused-logout';

/** Recently active sessions that are kept; their requests do not count for their network. */
const KNOWN = 20_000;
/** This many refusals per key and minute get a rendered page; more pages would cost more than the refused requests. */
const DRAWN = 5;

/** The most codes that Okta may refuse, per minute and network: any visitor can cause such a call. */
const FAILED_EXCHANGES = 30;

/** Pages a minute of one person in one network, over all sessions, besides the first ones of each session. */
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
 * Requests per minute of all visitors of one network without a valid session. They follow from the number of sign-ins:
 * each sees at most two pages without a session and returns once, and the browser fetches at most 25 resources.
 */
export const networkLimits = (signInRate: number) => ({
  coarse: 25 * signInRate,
  page: 2 * signInRate,
  'sign-in': signInRate,
  callback: signInRate,
  other: Math.ceil(signInRate / 2),
  // Costs less than the page with its button. A lower limit would let a neighbour keep somebody from freezing.
  freeze: 2 * signInRate,
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
  const [coarse, networks, cookies, persons, health]: Windows[] = Array.from({ length: 5 }, () => createWindows(clock));
  /** The hashes of cookies that opened a session. */
  const knownClients = new LRUCache<string, true>({ max: KNOWN });
  /** The exchanges under way, by network or session. */
  const running = new Map<string, Set<Promise<void>>>();

  function count(windows: Windows, key: string, max: number, drawn?: boolean): void {
    const over = windows.take(key, max);
    if (over) throw new TooMany(over, drawn);
  }

  return {
    /**
     * Called before all other work. A recently active session is counted by itself, so neighbours behind one address
     * cannot block each other. It is counted by cookie and network, not by person, so whoever stole a cookie does not
     * use up its owner's limit.
     * @param hash of the session cookie's value
     */
    arrival(address: string, hash: string | undefined): void {
      const network = getNetwork(address);
      if (hash !== undefined && knownClients.has(hash)) count(cookies!, `${hash} ${network}`, most.coarse / 10, false);
      else count(coarse!, network, most.coarse, false);
    },

    /**
     * Counts a health probe.
     * @param forwarded whether the request was forwarded by an untrusted proxy: then it is no probe of the load
     * balancer
     */
    probe(address: string, forwarded: boolean): void {
      count(health!, `${forwarded ? 'forwarded ' : ''}${getNetwork(address)}`, most.health, false);
    },

    /** Records for `arrival` that a cookie opened a session. */
    alive(hash: string): void {
      knownClients.set(hash, true);
    },

    /** Counts a person's call of an endpoint. */
    person(userId: string, kind: keyof typeof limits): void {
      count(persons!, `${kind} ${userId}`, limits[kind]);
    },

    /**
     * Counts a navigation with a valid session: a page, a sign-in, a freeze link. By session and network: a thief with
     * another session, or elsewhere, must not keep the person from the pages that freeze.
     */
    session({ id, user_id: userId }: { id: string; user_id: string }, address: string, kind: LimitKind): void {
      const name = kind === 'page' || kind === 'read' ? kind : 'sign-in';
      const network = getNetwork(address);
      count(persons!, `${name} ${id} ${network}`, limits[name]);
      // Each session's first pages do not count: a thief's other sessions cannot use them up.
      if (name === 'page' && persons!.take(`own ${id} ${network}`, OWN_PAGES) !== null)
        count(persons!, `pages of ${userId} ${network}`, PAGES_OF_PERSON);
    },

    /**
     * Counts an exchange of a code at Okta: of a network, or of a session there that steps up. One that would exceed
     * the limit waits for those that run, so that many people of one network sign in though Okta is slow.
     * @param sessionId null for a sign-in
     * @returns the function to call at its end, with whether Okta refused the code; if not, the exchange is uncounted
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
