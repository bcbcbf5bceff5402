import type { PersonFound } from '#contract/helpdesk.ts';
import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';
import type { User } from '#okta/wire/user.ts';
import type { Clock } from '#clock';
import { toApiError } from '../../../platform/errors/api-errors.ts';
import type { Helpdesk, StaffMember } from '../access/helpdesk.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import { fold } from '../../../identity/users/fold.ts';
import { createExactFilter, rankUser, createSearchFilter } from './query.ts';

const SHOWN = 8;
const PAGE = 25;
const MOST_PAGES = 3;
const AT_ONCE = 4;
/** The most people whose groups one search reads. */
const MOST_READ = 32;
/** The share of Okta's rate limit that a search leaves to other requests. */
const LEFT_ALONE = 0.5;

type PeopleLookup = Pick<Helpdesk, 'memberships' | 'finds'>;
type Found = Omit<PersonFound, 'attackSigns'>;

export type PeopleSearchResult = { people: Found[]; more: boolean; limited: boolean };
export type SearchPeople = (helpdesk: PeopleLookup, staff: StaffMember, q: string) => Promise<PeopleSearchResult>;

const presentFound = ({ id, status, profile }: User): Found => ({
  id,
  name: [profile.firstName, profile.lastName].filter(Boolean).join(' ') || profile.login || id,
  login: profile.login ?? id,
  // A login is shown in full, because it names the account.
  email: profile.email === null || profile.email === profile.login ? null : maskAddress(profile.email),
  status,
  about: [profile.title, profile.department].flatMap((text) => text || []),
});

/** Keeps title and department only if two people have the same name. */
function toldApart(people: readonly Found[]): Found[] {
  const counts = Map.groupBy(people, ({ name }) => fold(name));
  return people.map((one) => (counts.get(fold(one.name))!.length > 1 ? one : { ...one, about: [] }));
}

type Parts = { okta: OktaClient; clock: Clock };
type Page = { users: User[]; next: string | null };

/** Returns how many people's groups a search may still read. */
function countRemaining({ okta, clock }: Parts): number {
  const bucket = okta.budget().find((one) => one.bucket === 'GET /api/v1/users/{userId}/groups');
  if (!bucket || bucket.resetAt <= clock.now()) return MOST_READ;
  return Math.min(MOST_READ, Math.max(0, Math.floor(bucket.remaining - bucket.limit * LEFT_ALONE)));
}

async function fetchPage({ okta, clock }: Parts, search: string, after: string | null): Promise<Page> {
  try {
    return await okta.users.searchUsers({ search, limit: PAGE, ...(after !== null && { after }) });
  } catch (error) {
    throw toApiError(error, clock.now());
  }
}

/** Fetches exact matches separately and first, because they may be on any page. */
async function fetchFirstPage(parts: Parts, q: string, search: string): Promise<Page> {
  const page = await fetchPage(parts, search, null);
  const exactly = page.next === null ? null : createExactFilter(q);
  if (exactly === null) return page;
  const { users } = await fetchPage(parts, exactly, null);
  return { ...page, users: [...users, ...page.users.filter(({ id }) => !users.some((one) => one.id === id))] };
}

export function createSearch(okta: OktaClient, clock: Clock): SearchPeople {
  const parts = { okta, clock };
  return async ({ memberships, finds }, staff, q) => {
    const search = createSearchFilter(q);
    const people: Found[] = [];
    let left = countRemaining(parts);
    // `limited` does not depend on the matches. Otherwise it would reveal whether somebody exists outside the scope.
    const isDry = left <= 0;
    let limited = false;
    let after: string | null = null;
    let more = false;
    const checked = new Set<string>();

    /** Returns null if the rate limit did not allow the read. */
    async function checkMatch({ id }: User): Promise<boolean | null> {
      const cachedGroups = memberships.fresh(id);
      if (!cachedGroups && left <= 0) return null;
      if (!cachedGroups) left -= 1;
      try {
        return await finds(staff, id, cachedGroups ?? (await memberships.of(id)));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 'not_found') return false;
        if (error.code !== 'busy') throw error;
        left = 0;
        return null;
      }
    }

    async function show(page: Page): Promise<void> {
      const likely = page.users
        .filter(({ id, status }) => status !== 'DEPROVISIONED' && !checked.has(id))
        .map((user) => ({ user, rank: rankUser(user, q), name: presentFound(user).name }))
        .toSorted((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
        .map(({ user }) => user);
      for (const { id } of likely) checked.add(id);
      for (let from = 0; from < likely.length; from += AT_ONCE) {
        const some = likely.slice(from, from + AT_ONCE);
        const decisions = await Promise.all(some.map(checkMatch));
        limited ||= decisions.includes(null);
        people.push(...some.filter((_, index) => decisions[index]).map(presentFound));
        more = people.length > SHOWN || from + AT_ONCE < likely.length || page.next !== null;
        if (people.length >= SHOWN || limited) break;
      }
    }

    for (let pages = 0; pages < MOST_PAGES && people.length < SHOWN && !limited; pages += 1) {
      const page: Page =
        after === null ? await fetchFirstPage(parts, q, search) : await fetchPage(parts, search, after);
      more = page.next !== null;
      await show(page);
      after = page.next;
      if (after === null) break;
    }
    limited ||= isDry;
    return { people: toldApart(people.slice(0, SHOWN)), more: more || limited, limited };
  };
}
