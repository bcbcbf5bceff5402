import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../../store/open.ts';
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
  /** Throws when somebody has had as many resets in a window as there may be. */
  async function assertFewer(
    rule: 'agent_hour' | 'person_day',
    kind: 'reset_by' | 'reset_of',
    who: string,
    most: number,
    windowMs: number,
  ): Promise<void> {
    const lately = await store
      .selectFrom('counted_events')
      .select('at')
      .where('kind', '=', kind)
      .where('who', '=', who)
      .where('at', '>', clock.now() - windowMs)
      .orderBy('at', 'desc')
      .limit(most)
      .execute();
    const earliest = lately[most - 1];
    if (!earliest) return;
    const retryAt = new Date(earliest.at + windowMs).toISOString();
    throw new ApiError('limit_reached', { rule, retryAt });
  }

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
      if (!approved) await assertFewer('agent_hour', 'reset_by', agentId, resetsPerAgentHour, HOUR_MS);
      await assertFewer('person_day', 'reset_of', userId, resetsPerPersonDay, DAY_MS);
    },
  };
}
