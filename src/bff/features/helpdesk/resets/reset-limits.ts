import type { Clock } from '#clock';
import type { AgentLimit } from '#contract/helpdesk.ts';
import { DAY_MS, HOUR_MS, readRoom } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';
import type { Reset } from '../reset-model/reset.ts';

/** Each request is an email to the approvers and one more line on their page, also if it is replaced at once. */
const REQUESTS_PER_HOUR = 3;
/** From this number down, an agent sees how many operations are left in the hour. */
const FEW = 2;

export type ResetLimits = ReturnType<typeof createResetLimits>;

type CountedReset = Pick<Reset, 'operation'> & { agent: { id: string }; person: { id: string } };

/**
 * Creates the limits: resets and unlocks by an agent in an hour; an agent's requests for approval about one person in
 * an hour; resets, and unlocks, of a person in a day (checklist A10). Each is a row, written with its intent. A request
 * for approval counts however it ends; a reset without one that certainly did not happen does not count. The
 * transaction that writes the row holds the locks of agent and person, and asks again.
 */
export function createResetLimits(
  store: Store,
  clock: Clock,
  { resetsPerAgentHour, resetsPerPersonDay, unlocksPerPersonDay }: Limits,
) {
  return {
    /**
     * Throws `limit_reached` with rule `agent_hour`, `person_day` or `unlocks_day`, and `retryAt`.
     * @param approved true for an approved reset, which counted when the agent requested it
     */
    async assert({ agent, person, operation }: CountedReset, approved = false, tx: Store = store): Promise<void> {
      const now = clock.now();
      if (!approved) await assertFewer(tx, now, 'agent_hour', 'reset_by', agent.id, resetsPerAgentHour, HOUR_MS);
      if (operation === 'unlock')
        await assertFewer(tx, now, 'unlocks_day', 'unlock_of', person.id, unlocksPerPersonDay, DAY_MS);
      if (operation === 'reset')
        await assertFewer(tx, now, 'person_day', 'reset_of', person.id, resetsPerPersonDay, DAY_MS);
    },

    /** Returns how many operations are left to an agent in this hour, and when one more; null: more than a few. */
    async fewLeft(agentId: string): Promise<AgentLimit> {
      const limit = { kind: 'reset_by', who: agentId, most: resetsPerAgentHour, windowMs: HOUR_MS } as const;
      const { left, nextAt } = await readRoom(store, clock.now(), limit);
      return nextAt !== null && left <= FEW ? { left, nextAt } : null;
    },

    /** Throws `limit_reached` with rule `requests_agent`, and `retryAt`. */
    async assertMayAsk({ agent, person }: CountedReset, tx: Store = store): Promise<void> {
      const pair = `${agent.id} ${person.id}`;
      await assertFewer(tx, clock.now(), 'requests_agent', 'request_by', pair, REQUESTS_PER_HOUR, HOUR_MS);
    },
  };
}
