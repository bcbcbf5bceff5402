import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { createFreshCache } from '../../../platform/cache/fresh-cache.ts';

const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Id → name. The names are only for display, because anybody who may create groups can choose a name. */
export type Groups = ReadonlyMap<string, string>;

export function createMemberships(okta: OktaClient, clock: Clock) {
  const cache = createFreshCache<Groups>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<Groups> {
    const list = await okta.groups.listUserGroups({ userId });
    return new Map(list.map(({ id, name }) => [id, name]));
  }

  return {
    fresh: cache.fresh,

    /** `now`: skips the cache. */
    of: (userId: string, now = false): Promise<Groups> => cache.get(userId, () => ask(userId), now),

    forget: cache.clear,
  };
}
