import type { Clock } from '#clock';
import { DAY_MS, HOUR_MS } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

/** Each request is an email to the approvers and one more line on their page, also if it is replaced at once. */
const REQUESTS_PER_HOUR = 3;

export type ResetLimits = ReturnType<typeof createResetLimits>;

/**
 * Creates the limits: resets and unlocks by an agent in an hour; an agent's requests for approval about one person in
 * an hour; resets, and unlocks, of a person in a day (checklist A10). Each is a row, written with its intent. A request
 * for approval counts as its reset; a reset that certainly did not happen does not count.
 */
export function createResetLimits(store: Store, clock: Clock) {
  return {
    /**
     * Throws `limit_reached` with rule `agent_hour`, `person_day` or `unlocks_day`, and `retryAt`. Callers hold the
     * locks of agent and person.
     * @param approved true for an approved reset, which counted when the agent requested it
     */
    async assert(
      { resetsPerAgentHour, resetsPerPersonDay, unlocksPerPersonDay }: Limits,
      agentId: string,
      userId: string,
      approved: boolean,
      operation: 'reset' | 'unfreeze' | 'unlock',
    ): Promise<void> {
      const now = clock.now();
      if (!approved) await assertFewer(store, now, 'agent_hour', 'reset_by', agentId, resetsPerAgentHour, HOUR_MS);
      if (operation === 'unlock')
        await assertFewer(store, now, 'unlocks_day', 'unlock_of', userId, unlocksPerPersonDay, DAY_MS);
      else await assertFewer(store, now, 'person_day', 'reset_of', userId, resetsPerPersonDay, DAY_MS);
    },

    /** Throws `limit_reached` with rule `requests_agent`, and `retryAt`. Callers hold the locks of agent and person. */
    async assertMayAsk(agentId: string, userId: string): Promise<void> {
      const pair = `${agentId} ${userId}`;
      await assertFewer(store, clock.now(), 'requests_agent', 'request_by', pair, REQUESTS_PER_HOUR, HOUR_MS);
    },
  };
}
