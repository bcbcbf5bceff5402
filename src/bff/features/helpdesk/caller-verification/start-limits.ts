import type { Clock } from '#clock';
import { HOUR_MS } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

type StartContext = {
  session: { user_id: string };
  authorized: { helpdesk: { settings: { policy: { limits: Limits } } }; target: { person: { id: string } } };
};
export type StartLimits = ReturnType<typeof createStartLimits>;

/**
 * Creates the limits of caller verifications in an hour, of each type: of one person by one agent, and of one person by
 * all. Whoever gets pushes long enough approves one, a question that is asked anew each second cannot be denied, and
 * many calls back push all else off the person's page. Each is a row, written with its intent or event; a push that
 * Okta certainly did not send does not count.
 */
export function createStartLimits(store: Store, clock: Clock) {
  return {
    /**
     * Throws `limit_reached` with rule `agent_hour`, where no operation is left to verify for, `verifications_agent` or
     * `verifications_person`, and `retryAt`. Callers hold the person's lock.
     */
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
