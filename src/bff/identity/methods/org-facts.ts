import { prepare } from '#database/prepared.ts';
import type { Store } from '../../platform/store/open.ts';

/** What the portal learnt of the org from its answers, by name. */
export type OrgFacts = ReadonlyMap<string, string>;

/** Returns the function that reads the facts: all at once, since a step-up needs several. */
export function prepareFacts(store: Store): () => Promise<OrgFacts> {
  const all = prepare(store, () => store.selectFrom('org_facts').selectAll());
  return async () => new Map((await all({})).map(({ name, value }) => [name, value]));
}
