import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/errors.ts';
import { apiErrorOf } from '../../errors/api-errors.ts';

const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Whether somebody holds one of the org's administrator roles; `unknown` where we may not read them. */
export type Holds = 'some' | 'none' | 'unknown';

/**
 * Who holds administrator roles, as the org says; asked again after a minute. A role that is not active is one all the
 * same.
 */
export function createPrivileges(okta: OktaClient, clock: Clock) {
  const known = new Map<string, { readAt: number; holds: Holds }>();
  return {
    /** Throws what the org's failures become, but for a refusal to say, which is `unknown`. */
    async of(userId: string, now = false): Promise<Holds> {
      const found = known.get(userId);
      if (!now && found && clock.now() - found.readAt < FRESH_MS) return found.holds;
      let holds: Holds;
      try {
        holds = (await okta.users.listAssignedRolesForUser({ userId })).length > 0 ? 'some' : 'none';
      } catch (error) {
        if (!(error instanceof OktaError) || error.status !== 403) throw apiErrorOf(error, clock.now());
        holds = 'unknown';
      }
      known.delete(userId);
      known.set(userId, { readAt: clock.now(), holds });
      if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
      return holds;
    },

    forget: () => known.clear(),
  };
}
