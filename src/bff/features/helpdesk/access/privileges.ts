import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { createFreshCache } from '../../../platform/cache/fresh-cache.ts';

const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** `unknown`: the portal may not read administrator roles. */
export type Holds = 'some' | 'none' | 'unknown';

export function createPrivileges(okta: OktaClient, clock: Clock) {
  const cache = createFreshCache<Holds>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<Holds> {
    try {
      return (await okta.users.listAssignedRolesForUser({ userId })).length > 0 ? 'some' : 'none';
    } catch (error) {
      if (error instanceof OktaError && error.status === 403) return 'unknown';
      throw error;
    }
  }

  return {
    /** `now`: skips the cache. */
    of: (userId: string, now = false): Promise<Holds> => cache.get(userId, () => ask(userId), now),

    forget: cache.clear,
  };
}
