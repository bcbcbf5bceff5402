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
  const lately = (kind: 'reset_by' | 'reset_of', who: string, since: number, most: number) =>
    store
      .selectFrom('counted_events')
      .select('at')
      .where('kind', '=', kind)
      .where('who', '=', who)
      .where('at', '>', since)
      .orderBy('at', 'desc')
      .limit(most)
      .execute();

  function refuse(rule: string, rows: { at: number }[], most: number, window: number): void {
    const earliest = rows[most - 1];
    if (!earliest) return;
    throw new ApiError('limit_reached', 'That is as many resets as there may be.', {
      rule,
      retryAt: new Date(earliest.at + window).toISOString(),
    });
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
      const now = clock.now();
      if (!approved)
        refuse(
          'agent_hour',
          await lately('reset_by', agentId, now - HOUR_MS, resetsPerAgentHour),
          resetsPerAgentHour,
          HOUR_MS,
        );
      refuse(
        'person_day',
        await lately('reset_of', userId, now - DAY_MS, resetsPerPersonDay),
        resetsPerPersonDay,
        DAY_MS,
      );
    },
  };
}
