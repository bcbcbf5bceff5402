import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { createFreshCache } from '../../fresh-cache.ts';

const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Whether somebody holds one of the org's administrator roles; `unknown` where we may not read them. */
export type Holds = 'some' | 'none' | 'unknown';

/**
 * Who holds administrator roles, as Okta says, at most a minute old. A role that is not active is one all the same.
 */
export function createPrivileges(okta: OktaClient, clock: Clock) {
  const known = createFreshCache<Holds>(clock, { ms: FRESH_MS, max: MOST_KNOWN });

  async function ask(userId: string): Promise<Holds> {
    try {
      return (await okta.users.listAssignedRolesForUser({ userId })).length > 0 ? 'some' : 'none';
    } catch (error) {
      if (error instanceof OktaError && error.status === 403) return 'unknown';
      throw error;
    }
  }

  return {
    /**
     * Throws what Okta's failures become, but for a refusal to say, which is `unknown`.
     * @param now skips the cache
     */
    of: (userId: string, now = false): Promise<Holds> => known.get(userId, () => ask(userId), now),

    forget: known.clear,
  };
}
