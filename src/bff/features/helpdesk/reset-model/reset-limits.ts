import type { Clock } from '#clock';
import type { AgentLimit } from '#contract/helpdesk.ts';
import { DAY_MS, HOUR_MS, readRoom } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';
import type { Reset } from './reset.ts';

/**
 * The most requests of an agent about one person in an hour. Even a request that the agent replaces later has caused an
 * email to the approvers and a line on their page.
 */
const REQUESTS_PER_HOUR = 3;
/** An agent with at most this many operations left in the hour sees the number. */
const FEW = 2;

export type ResetLimits = ReturnType<typeof createResetLimits>;

type CountedReset = Pick<Reset, 'operation'> & { agent: { id: string }; person: { id: string } };

/**
 * Creates the limits (checklist A10): an agent's resets and unlocks in an hour, an agent's requests about one person in
 * an hour, a person's resets in a day, and a person's unlocks in a day. Every request counts. A reset without a request
 * counts unless it certainly failed. The transaction that writes the counted row holds the locks of the agent and the
 * person, and checks the limits again.
 */
export function createResetLimits(
  store: Store,
  clock: Clock,
  { resetsPerAgentHour, resetsPerPersonDay, unlocksPerPersonDay }: Limits,
) {
  return {
    /**
     * Throws `limit_reached` with `retryAt` and rule `agent_hour`, `person_day` or `unlocks_day`.
     * @param approved true for an approved reset, which the agent's limit counted when it was requested
     */
    async assert({ agent, person, operation }: CountedReset, approved = false, tx: Store = store): Promise<void> {
      const now = clock.now();
      if (!approved) await assertFewer(tx, now, 'agent_hour', 'reset_by', agent.id, resetsPerAgentHour, HOUR_MS);
      if (operation === 'unlock')
        await assertFewer(tx, now, 'unlocks_day', 'unlock_of', person.id, unlocksPerPersonDay, DAY_MS);
      if (operation === 'reset')
        await assertFewer(tx, now, 'person_day', 'reset_of', person.id, resetsPerPersonDay, DAY_MS);
    },

    /**
     * Returns how many operations an agent has left in this hour, and when the next is free; null if more than `FEW`.
     */
    async fewLeft(agentId: string): Promise<AgentLimit> {
      const limit = { kind: 'reset_by', who: agentId, most: resetsPerAgentHour, windowMs: HOUR_MS } as const;
      const { left, nextAt } = await readRoom(store, clock.now(), limit);
      return nextAt !== null && left <= FEW ? { left, nextAt } : null;
    },

    /** Throws `limit_reached` with rule `requests_agent` and `retryAt`. */
    async assertMayAsk({ agent, person }: CountedReset, tx: Store = store): Promise<void> {
      const pair = `${agent.id} ${person.id}`;
      await assertFewer(tx, clock.now(), 'requests_agent', 'request_by', pair, REQUESTS_PER_HOUR, HOUR_MS);
    },
  };
}
