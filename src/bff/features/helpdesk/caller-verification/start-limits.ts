import { HOUR_MS, type Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

type StartContext = {
  session: { user_id: string };
  authorized: { helpdesk: { settings: { policy: { limits: Limits } } }; target: { person: { id: string } } };
};
export type StartLimits = ReturnType<typeof createStartLimits>;

/** With many pushes, people would approve one in the end. A push that Okta certainly did not send is not counted. */
export function createStartLimits(store: Store, clock: Clock) {
  return {
    /** Throws `limit_reached`, also if the agent can begin no reset in this hour. Callers hold the person's lock. */
    async assert(
      type: 'push' | 'question' | 'call_back',
      { session, authorized: { helpdesk, target } }: StartContext,
    ): Promise<void> {
      const userId = target.person.id;
      const pair = `${session.user_id} ${userId}`;
      const now = clock.now();
      const {
        resetsPerAgentHour,
        verificationsPerAgentHour: ofAgent,
        verificationsPerPersonHour: ofAll,
      } = helpdesk.settings.policy.limits;
      await assertFewer(store, now, 'agent_hour', 'reset_by', session.user_id, resetsPerAgentHour, HOUR_MS);
      await assertFewer(store, now, 'verifications_agent', `${type}_by`, pair, ofAgent, HOUR_MS);
      await assertFewer(store, now, 'verifications_person', `${type}_of`, userId, ofAll, HOUR_MS);
    },
  };
}
