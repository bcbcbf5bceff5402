import { prepare } from '#database/prepared.ts';
import type { Store } from '../../platform/store/open.ts';

/** Facts about the org from Okta's answers, by name. */
export type OrgFacts = ReadonlyMap<string, string>;

/** Reads all facts in one statement, because a step-up needs several. */
export function prepareFacts(store: Store): () => Promise<OrgFacts> {
  const all = prepare(store, () => store.selectFrom('org_facts').selectAll());
  return async () => new Map((await all({})).map(({ name, value }) => [name, value]));
}
