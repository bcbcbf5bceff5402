import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { assertFewer } from '../access/counted-limit.ts';
import type { Limits } from '../access/policy.ts';

const HOUR_MS = 60 * 60_000;

export type StartLimits = ReturnType<typeof createStartLimits>;

/**
 * Creates the limits of caller verifications in an hour, of each type: of one person by one agent, and of one person by
 * all. Whoever gets pushes long enough approves one, and a question that is asked anew each second cannot be denied.
 * Each is a row, written with its intent or event; a push that Okta certainly did not send does not count.
 */
export function createStartLimits(store: Store, clock: Clock) {
  return {
    /**
     * Throws `limit_reached` with rule `pushes_agent`, `pushes_person`, `questions_agent` or `questions_person`, and
     * `retryAt`. Callers hold the person's lock.
     */
    async assert(
      type: 'push' | 'question',
      { verificationsPerAgentHour, verificationsPerPersonHour }: Limits,
      agentId: string,
      userId: string,
    ): Promise<void> {
      const rules = {
        push: ['pushes_agent', 'pushes_person'],
        question: ['questions_agent', 'questions_person'],
      } as const;
      const [byAgent, ofPerson] = rules[type];
      const pair = `${agentId} ${userId}`;
      const now = clock.now();
      await assertFewer(store, now, byAgent, `${type}_by`, pair, verificationsPerAgentHour, HOUR_MS);
      await assertFewer(store, now, ofPerson, `${type}_of`, userId, verificationsPerPersonHour, HOUR_MS);
    },
  };
}
