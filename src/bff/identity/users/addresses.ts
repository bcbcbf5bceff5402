import { DAY_MS, type Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** In ms. A newer address may belong to an attacker. */
const OLD_MS = 7 * DAY_MS;

export type Addresses = ReturnType<typeof createAddresses>;

const preparePresent = (store: Store) =>
  prepare(store, (value: Value<{ userId: string; source: 'account' | 'method' }>) =>
    store
      .selectFrom('seen_addresses')
      .select('address')
      .where('user_id', '=', value('userId'))
      .where('source', '=', value('source'))
      .where('gone_at', 'is', null),
  );

type Parts = { store: Store; clock: Clock; listPresent: ReturnType<typeof preparePresent> };

/**
 * `changedAt`: when Okta last changed the user (ms), or null if unknown. `known`: the stored addresses, if the caller
 * has just read them.
 */
async function recordAddresses(
  { store, clock, listPresent }: Parts,
  userId: string,
  source: 'account' | 'method',
  addresses: readonly string[],
  changedAt: number | null = null,
  known?: readonly string[],
): Promise<void> {
  const now = clock.now();
  const since = Math.min(now, changedAt ?? now);
  const there = new Set(addresses.map((address) => address.toLowerCase()));
  const present = new Set(known ?? (await listPresent({ userId, source })).map(({ address }) => address));
  const news = [...there].filter((address) => !present.has(address));
  const gone = [...present].filter((address) => !there.has(address));
  if (news.length === 0 && gone.length === 0) return;
  await changeStore(store, async (tx) => {
    for (const address of news) {
      const row = { user_id: userId, source, address, since, gone_at: null };
      await upsert(tx, 'seen_addresses', ['user_id', 'source', 'address'], row);
    }
    for (const address of gone) {
      await tx
        .updateTable('seen_addresses')
        .set({ gone_at: now })
        .where('user_id', '=', userId)
        .where('source', '=', source)
        .where('address', '=', address)
        .execute();
    }
  });
}

/** If Okta has not changed the user for seven days, no address is newer. */
async function listOld(
  { store, clock }: Parts,
  { id, addresses, lastUpdated }: { id: string; addresses: readonly string[]; lastUpdated: number | null },
  tx: Store = store,
): Promise<string[]> {
  const before = clock.now() - OLD_MS;
  if (lastUpdated !== null && lastUpdated < before) return [...addresses];
  const rows = await tx
    .selectFrom('seen_addresses')
    .select('address')
    .where('user_id', '=', id)
    .where('source', '=', 'account')
    .where('gone_at', 'is', null)
    .where('since', '<=', before)
    .execute();
  const knownAddresses = new Set(rows.map(({ address }) => address));
  return addresses.filter((address) => knownAddresses.has(address.toLowerCase()));
}

/** Returns every address that a person had at or after `from` (ms). */
async function listSince({ store }: Parts, userId: string, from: number): Promise<string[]> {
  const rows = await store
    .selectFrom('seen_addresses')
    .select('address')
    .distinct()
    .where('user_id', '=', userId)
    .where(({ or, eb }) => or([eb('gone_at', 'is', null), eb('gone_at', '>=', from)]))
    .execute();
  return rows.map(({ address }) => address);
}

/** Okta says when a user changed, but not what changed, so the portal stores when it saw each address. */
export const createAddresses = (store: Store, clock: Clock) =>
  bindParts(
    { store, clock, listPresent: preparePresent(store) },
    { record: recordAddresses, old: listOld, since: listSince },
  );
