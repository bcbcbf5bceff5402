import { ApiError } from '#contract/errors.ts';
import { type Locale, findLocale } from '#contract/locale/locales.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { User } from '#okta/wire/user.ts';
import { createFreshCache } from '../../platform/cache/fresh-cache.ts';
import type { Session, Sessions } from '../sessions/sessions.ts';
import type { Addresses } from './addresses.ts';

const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

export type PortalUser = {
  id: string;
  status: string;
  login: string;
  name: string;
  firstName: string;
  /** Null if the portal does not offer the profile's locale. */
  locale: Locale | null;
  /** The zone that the profile names, if it looks like an IANA id. `Intl` would also accept an offset (`-2359`). */
  timeZone: string | null;
  email: string | null;
  /** Every address that gets notifications, primary first. */
  addresses: string[];
  /** When Okta last changed the user (ms since 1970), if Okta says so. */
  lastUpdated: number | null;
  /** Whether Okta has factors of the user, even if its list hides them from the portal. */
  hasFactors: boolean;
};

export type Users = ReturnType<typeof createUsers>;

/** Removes line breaks and marks of text direction, because people choose their own names. */
const oneLine = (text: string | null) => text && text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();

function readPerson(user: User, languages: readonly Locale[]): PortalUser {
  const { login, email, secondEmail } = user.profile;
  const [firstName, lastName] = [oneLine(user.profile.firstName), oneLine(user.profile.lastName)];
  const name = [firstName, lastName].filter(Boolean).join(' ') || login || user.id;
  return {
    id: user.id,
    status: user.status,
    login: login ?? user.id,
    name,
    firstName: firstName ?? name,
    locale: findLocale(user.profile.locale, languages) ?? findLocale(user.profile.preferredLanguage, languages),
    timeZone: /^[a-z][\w+/-]{0,63}$/i.exec(user.profile.timezone ?? '')?.[0] ?? null,
    email: email ?? null,
    addresses: [email, secondEmail].filter((address): address is string => Boolean(address)),
    lastUpdated: Date.parse(user.lastUpdated ?? '') || null,
    hasFactors: user.links.resetFactors,
  };
}

/** User data is at most a minute old. A user who is no longer ACTIVE loses all sessions. */
export function createUsers(
  okta: OktaClient,
  sessions: Sessions,
  clock: Clock,
  addresses: Pick<Addresses, 'record' | 'since'>,
  languages: readonly Locale[],
) {
  const users = createFreshCache<PortalUser>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<PortalUser> {
    let user: User;
    try {
      user = await okta.users.getUser({ userId });
    } catch (error) {
      if (!(error instanceof OktaError) || error.status !== 404) throw error;
      await sessions.endAll(userId);
      throw new ApiError('signed_out', {}, { cause: error });
    }
    // Okta also finds a user by the start of the login. Locks and freezes must not see one person under two ids.
    if (user.id !== userId) throw new ApiError('not_found');
    const person = readPerson(user, languages);
    // A person can be read while the store cannot be written. An address that is not stored counts as new.
    await addresses.record(person.id, 'account', person.addresses, person.lastUpdated).catch(() => undefined);
    if (person.status !== 'ACTIVE') {
      await sessions.endAll(userId);
      // Deleting the entry now also keeps this answer out of the cache.
      users.delete(userId);
    }
    return person;
  }

  const read = (userId: string): Promise<PortalUser> => users.get(userId, () => ask(userId), true);
  const getKnown = (userId: string): Promise<PortalUser> => users.get(userId, () => ask(userId));

  async function current(userId: string, now: boolean): Promise<PortalUser> {
    const person = await (now ? read : getKnown)(userId);
    if (person.status === 'LOCKED_OUT') throw new ApiError('locked');
    if (person.status !== 'ACTIVE') throw new ApiError('signed_out');
    return person;
  }

  return {
    read,

    /** Returns a user of any status, at most a minute old. */
    getKnown,

    forget: users.clear,

    /** `now`: asks Okta instead of the cache. Throws `locked` or `signed_out` if the user may no longer sign in. */
    current,

    async lastKnown(
      session: Pick<Session, 'user_id' | 'login' | 'name' | 'first_name' | 'locale' | 'time_zone'>,
    ): Promise<PortalUser> {
      const { user_id: id, login, name, first_name: firstName, locale, time_zone: timeZone } = session;
      const contactChanges = await addresses.since(id, clock.now());
      const rest = { timeZone, email: null, addresses: contactChanges, lastUpdated: null, hasFactors: true };
      return { id, status: 'ACTIVE', login, name, firstName, locale, ...rest };
    },
  };
}
