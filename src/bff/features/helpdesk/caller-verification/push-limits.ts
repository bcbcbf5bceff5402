import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

const HOUR_MS = 60 * 60_000;

export type PushLimits = ReturnType<typeof createPushLimits>;

/**
 * Creates the limits of the helpdesk's pushes in an hour: to one person by one agent, and to one person by all. Whoever
 * gets pushes long enough approves one. A push is a row, written with its intent; one that Okta certainly did not send
 * does not count.
 */
export function createPushLimits(store: Store, clock: Clock) {
  return {
    /**
     * Throws `limit_reached` with rule `pushes_agent` or `pushes_person` and `retryAt`. Callers hold the person's lock.
     */
    async assert({ pushesPerAgentHour, pushesPerPersonHour }: Limits, agentId: string, userId: string): Promise<void> {
      const now = clock.now();
      await assertFewer(store, now, 'pushes_agent', 'push_by', `${agentId} ${userId}`, pushesPerAgentHour, HOUR_MS);
      await assertFewer(store, now, 'pushes_person', 'push_of', userId, pushesPerPersonHour, HOUR_MS);
    },
  };
}
