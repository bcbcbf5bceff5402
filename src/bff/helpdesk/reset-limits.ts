import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import type { Limits } from './policy.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const resets = ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'];
/** An approval that was asked for counts as the reset it is meant to be. */
const asked = 'helpdesk.approval.request';

export type ResetLimits = ReturnType<typeof createResetLimits>;

/** How many resets an agent does in an hour, and a person has in a day (checklist A10). The trail is the count; what certainly did not happen is none. */
export function createResetLimits(store: Store, clock: Clock) {
  const lately = (column: 'actor' | 'subject', id: string, since: number) =>
    store
      .selectFrom('audit as done')
      .select('at')
      .where(column, '=', id)
      .where('at', '>', since)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit as end').select('end.seq').whereRef('end.intent', '=', 'done.seq').where('end.outcome', '=', 'failure'))),
      )
      .orderBy('seq', 'desc');

  function refuse(rule: string, rows: { at: number }[], most: number, window: number): void {
    const earliest = rows[most - 1];
    if (!earliest) return;
    throw new ApiError('limit_reached', 'That is as many resets as there may be.', { rule, retryAt: new Date(earliest.at + window).toISOString() });
  }

  return {
    /**
     * Throws `limit_reached` with rule `agent_hour` or `person_day` and `retryAt`. To be asked under a lock of both.
     * @param approved the approval's own request was counted when it was made
     */
    async assert({ resetsPerAgentHour, resetsPerPersonDay }: Limits, agentId: string, userId: string, approved: boolean): Promise<void> {
      const now = clock.now();
      if (!approved) {
        const byAgent = await lately('actor', agentId, now - HOUR_MS)
          .where(({ or, and, eb }) =>
            or([and([eb('type', '=', 'intent'), eb('event', 'in', resets), eb('approver', 'is', null)]), and([eb('type', '=', 'event'), eb('event', '=', asked)])]),
          )
          .limit(resetsPerAgentHour)
          .execute();
        refuse('agent_hour', byAgent, resetsPerAgentHour, HOUR_MS);
      }
      const ofPerson = await lately('subject', userId, now - DAY_MS).where('type', '=', 'intent').where('event', 'in', resets).limit(resetsPerPersonDay).execute();
      refuse('person_day', ofPerson, resetsPerPersonDay, DAY_MS);
    },
  };
}
