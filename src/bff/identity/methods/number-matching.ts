import { DAY_MS, type Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { prepareFacts, type OrgFacts } from './org-facts.ts';

/** How long the portal believes that number matching is off, in ms. */
const BELIEVED_MS = DAY_MS;
const FACT = 'number_matching';

export type NumberMatching = ReturnType<typeof createNumberMatching>;

/** No API says whether pushes have a number to match, so the portal learns this from Okta's answer to a push. */
export function createNumberMatching(store: Store, clock: Clock) {
  const readFacts = prepareFacts(store);

  async function missingSince(known = readFacts()): Promise<number | null> {
    const since = (await known).get(FACT);
    return since === undefined ? null : Number(since);
  }

  return {
    async isMissing(known?: Promise<OrgFacts>): Promise<boolean> {
      const since = await missingSince(known);
      return since !== null && clock.now() - since < BELIEVED_MS;
    },

    /** Stores whether a push that asked for a number got one. */
    async learn(matched: boolean): Promise<void> {
      if (matched && (await missingSince()) === null) return;
      if (matched) await store.deleteFrom('org_facts').where('name', '=', FACT).execute();
      else await upsert(store, 'org_facts', ['name'], { name: FACT, value: String(clock.now()) });
    },
  };
}
