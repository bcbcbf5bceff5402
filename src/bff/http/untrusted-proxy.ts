import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';

const NAME = 'untrusted_proxy';
export type UntrustedProxy = { peer: string; at: number };

/**
 * Keeps, for `npm run doctor`, that forwarding headers came from somebody who is no trusted proxy: one row, by the
 * latest process.
 */
export async function recordUntrustedProxy(store: Store, clock: Pick<Clock, 'now'>, peer: string): Promise<void> {
  const value = JSON.stringify({ peer, at: clock.now() } satisfies UntrustedProxy);
  await store
    .insertInto('org_facts')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** What was kept; null for nothing. */
export async function untrustedProxyOf(store: Store): Promise<UntrustedProxy | null> {
  const row = await store.selectFrom('org_facts').select('value').where('name', '=', NAME).executeTakeFirst();
  return row ? (JSON.parse(row.value) as UntrustedProxy) : null;
}
