import { DAY_MS, HOUR_MS, type Clock } from '#clock';
import type { AgentLimit } from '#contract/helpdesk.ts';
import { readRoom } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';
import type { Reset } from './reset.ts';

/** Limits an agent's requests about one person, because each sends the approvers an email. */
const REQUESTS_PER_HOUR = 3;
/** An agent sees the number of operations left in the hour only if it is at most this. */
const FEW = 2;

export type ResetLimits = ReturnType<typeof createResetLimits>;

type CountedReset = Pick<Reset, 'operation'> & { agent: { id: string }; person: { id: string } };

/**
 * Checklist A10.
 * The transaction that writes the counted row holds the locks of the agent and the person, and checks again.
 */
export function createResetLimits(
  store: Store,
  clock: Clock,
  { resetsPerAgentHour, resetsPerPersonDay, unlocksPerPersonDay }: Limits,
) {
  return {
    /** Throws `limit_reached`. `approved`: the agent's limit counted this reset when it was requested. */
    async assert({ agent, person, operation }: CountedReset, approved = false, tx: Store = store): Promise<void> {
      const now = clock.now();
      if (!approved) await assertFewer(tx, now, 'agent_hour', 'reset_by', agent.id, resetsPerAgentHour, HOUR_MS);
      if (operation === 'unlock')
        await assertFewer(tx, now, 'unlocks_day', 'unlock_of', person.id, unlocksPerPersonDay, DAY_MS);
      if (operation === 'reset')
        await assertFewer(tx, now, 'person_day', 'reset_of', person.id, resetsPerPersonDay, DAY_MS);
    },

    /** Returns null if more than `FEW` are left. */
    async fewLeft(agentId: string): Promise<AgentLimit> {
      const limit = { kind: 'reset_by', who: agentId, most: resetsPerAgentHour, windowMs: HOUR_MS } as const;
      const { left, nextAt } = await readRoom(store, clock.now(), limit);
      return nextAt !== null && left <= FEW ? { left, nextAt } : null;
    },

    async assertMayAsk({ agent, person }: CountedReset, tx: Store = store): Promise<void> {
      const pair = `${agent.id} ${person.id}`;
      await assertFewer(tx, clock.now(), 'requests_agent', 'request_by', pair, REQUESTS_PER_HOUR, HOUR_MS);
    },
  };
}
