import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { createFreshCache } from '../../../platform/cache/fresh-cache.ts';

/** The maximal age of a cached answer, in ms. */
const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Groups: id → name. The names are only for display, because anybody who may create groups can choose a name. */
export type Groups = ReadonlyMap<string, string>;

/** Reads people's groups at Okta. Answers are at most a minute old. */
export function createMemberships(okta: OktaClient, clock: Clock) {
  const cache = createFreshCache<Groups>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<Groups> {
    const list = await okta.groups.listUserGroups({ userId });
    return new Map(list.map(({ id, name }) => [id, name]));
  }

  return {
    /** The cached answer, without a call to Okta. */
    fresh: cache.fresh,

    /** @param now skips the cache */
    of: (userId: string, now = false): Promise<Groups> => cache.get(userId, () => ask(userId), now),

    forget: cache.clear,
  };
}
