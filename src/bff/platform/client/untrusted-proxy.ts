import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import { upsert } from '../store/upsert.ts';

const NAME = 'untrusted_proxy';
export type UntrustedProxy = { peer: string; at: number };

/**
 * Stores the latest peer that sent forwarding headers but is not a trusted proxy. `latchkey doctor` reports this peer.
 */
export async function recordUntrustedProxy(store: Store, clock: Pick<Clock, 'now'>, peer: string): Promise<void> {
  const value = JSON.stringify({ peer, at: clock.now() } satisfies UntrustedProxy);
  await upsert(store, 'org_facts', ['name'], { name: NAME, value });
}

/** Returns the stored peer, or null. */
export async function findUntrustedProxy(store: Store): Promise<UntrustedProxy | null> {
  const row = await store.selectFrom('org_facts').select('value').where('name', '=', NAME).executeTakeFirst();
  return row ? (JSON.parse(row.value) as UntrustedProxy) : null;
}
