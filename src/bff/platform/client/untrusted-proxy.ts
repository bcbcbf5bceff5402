import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import { upsert } from '../store/upsert.ts';

const NAME = 'untrusted_proxy';
export type UntrustedProxy = { peer: string; at: number };

export async function recordUntrustedProxy(store: Store, clock: Pick<Clock, 'now'>, peer: string): Promise<void> {
  const value = JSON.stringify({ peer, at: clock.now() } satisfies UntrustedProxy);
  await upsert(store, 'org_facts', ['name'], { name: NAME, value });
}

export async function findUntrustedProxy(store: Store): Promise<UntrustedProxy | null> {
  const row = await store.selectFrom('org_facts').select('value').where('name', '=', NAME).executeTakeFirst();
  return row ? (JSON.parse(row.value) as UntrustedProxy) : null;
}
