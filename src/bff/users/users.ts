import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { User } from '#okta/wire/user.ts';
import { createFreshCache } from '../fresh-cache.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Addresses } from './addresses.ts';

/** How old what we know of somebody may be before we ask the org again. */
const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

export type PortalUser = {
  id: string;
  status: string;
  login: string;
  name: string;
  firstName: string;
  email: string | null;
  /** Every address notices go to, primary first. */
  addresses: string[];
  /** When the org last changed anything about them (milliseconds), where it says so. */
  lastUpdated: number | null;
  /** The org holds factors of theirs, even if its list hides them from us. */
  hasFactors: boolean;
};

export type Users = ReturnType<typeof createUsers>;

/**
 * Who people are and whether they may still come in, as the org says: re-read when older than a minute and before any
 * change, one question at a time for each person. Somebody no longer ACTIVE loses all sessions.
 */
export function createUsers(okta: OktaClient, sessions: Sessions, clock: Clock, addresses: Pick<Addresses, 'note'>) {
  const users = createFreshCache<PortalUser>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<PortalUser> {
    let user: User;
    try {
      user = await okta.users.getUser({ userId });
    } catch (error) {
      if (!(error instanceof OktaError) || error.status !== 404) throw error;
      await sessions.endAll(userId);
      throw new ApiError('signed_out', 'This account is no longer there.', {}, { cause: error });
    }
    const { login, email, secondEmail, firstName, lastName } = user.profile;
    const name = [firstName, lastName].filter(Boolean).join(' ') || login || userId;
    const person: PortalUser = {
      id: user.id,
      status: user.status,
      login: login ?? userId,
      name,
      firstName: firstName ?? name,
      email: email ?? null,
      addresses: [email, secondEmail].filter((address): address is string => Boolean(address)),
      lastUpdated: Date.parse(user.lastUpdated ?? '') || null,
      hasFactors: user.links.resetFactors,
    };
    // Reading works without writing: what could not be noted counts as new.
    await addresses.note(person.id, 'account', person.addresses).catch(() => undefined);
    if (person.status !== 'ACTIVE') {
      await sessions.endAll(userId);
      // Deleted while its own call is under way, the answer is not kept.
      users.delete(userId);
    }
    return person;
  }

  const read = (userId: string): Promise<PortalUser> => users.get(userId, () => ask(userId), true);
  const known = (userId: string): Promise<PortalUser> => users.get(userId, () => ask(userId));

  return {
    read,

    /** Somebody as at most a minute ago, of whatever status: for who looks at others. Throws as `read` does. */
    known,

    /** Asks anew about everybody. */
    forget: users.clear,

    /**
     * The person behind a session, as at most a minute ago, or as now.
     * Throws `locked` or `signed_out` when they may no longer come in, and what the org's failures become.
     */
    async current(userId: string, now: boolean): Promise<PortalUser> {
      const person = await (now ? read : known)(userId);
      if (person.status === 'LOCKED_OUT') throw new ApiError('locked', 'This account is locked.');
      if (person.status !== 'ACTIVE') throw new ApiError('signed_out', 'This account is not active.');
      return person;
    },
  };
}
