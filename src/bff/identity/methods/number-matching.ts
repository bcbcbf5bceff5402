import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { prepareFacts, type OrgFacts } from './org-facts.ts';

/** How long missing number matching is remembered: an administrator may turn it on. */
const BELIEVED_MS = 24 * 60 * 60_000;
const FACT = 'number_matching';

export type NumberMatching = ReturnType<typeof createNumberMatching>;

/**
 * Whether Okta's pushes bring a number to match. No API tells it, so the portal learns it from the answer to a push and
 * stores it. Without a number, a push is weaker and is not offered where that is not enough.
 */
export function createNumberMatching(store: Store, clock: Clock) {
  const readFacts = prepareFacts(store);

  async function missingSince(known = readFacts()): Promise<number | null> {
    const since = (await known).get(FACT);
    return since === undefined ? null : Number(since);
  }

  return {
    /** Whether a push of the last 24 hours brought no number. */
    async isMissing(known?: Promise<OrgFacts>): Promise<boolean> {
      const since = await missingSince(known);
      return since !== null && clock.now() - since < BELIEVED_MS;
    },

    /** Learns it from the answer to a push that asked for a number. */
    async learn(matched: boolean): Promise<void> {
      if (matched && (await missingSince()) === null) return;
      if (matched) await store.deleteFrom('org_facts').where('name', '=', FACT).execute();
      else await upsert(store, 'org_facts', ['name'], { name: FACT, value: String(clock.now()) });
    },
  };
}
