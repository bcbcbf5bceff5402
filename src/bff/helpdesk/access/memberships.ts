import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { createFreshCache } from '../../fresh-cache.ts';

/** How old what we know of somebody's groups may be before we ask the org again. */
const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Groups by id, with the names they are shown by; nothing is decided by a name. */
export type Groups = ReadonlyMap<string, string>;

export type Memberships = ReturnType<typeof createMemberships>;

/** Whose groups are which, as Okta says, at most a minute old. */
export function createMemberships(okta: OktaClient, clock: Clock) {
  const known = createFreshCache<Groups>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<Groups> {
    const list = await okta.groups.listUserGroups({ userId });
    return new Map(list.map(({ id, name }) => [id, name]));
  }

  return {
    /** What is known without asking. */
    fresh: known.fresh,

    /** @param now skips the cache */
    of: (userId: string, now = false): Promise<Groups> => known.get(userId, () => ask(userId), now),

    forget: known.clear,
  };
}
