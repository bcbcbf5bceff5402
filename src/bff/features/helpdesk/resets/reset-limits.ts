import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
export type ResetLimits = ReturnType<typeof createResetLimits>;

/**
 * Creates the limits: resets by an agent in an hour, and of a person in a day (checklist A10). Each reset is a row,
 * written with its intent. A request for approval counts as its reset; a reset that certainly did not happen does not
 * count.
 */
export function createResetLimits(store: Store, clock: Clock) {
  return {
    /**
     * Throws `limit_reached` with rule `agent_hour` or `person_day` and `retryAt`. Callers hold the locks of agent and
     * person.
     * @param approved true for an approved reset, which counted when the agent requested it
     */
    async assert(
      { resetsPerAgentHour, resetsPerPersonDay }: Limits,
      agentId: string,
      userId: string,
      approved: boolean,
    ): Promise<void> {
      const now = clock.now();
      if (!approved) await assertFewer(store, now, 'agent_hour', 'reset_by', agentId, resetsPerAgentHour, HOUR_MS);
      await assertFewer(store, now, 'person_day', 'reset_of', userId, resetsPerPersonDay, DAY_MS);
    },
  };
}
