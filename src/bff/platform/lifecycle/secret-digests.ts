import { storeNow } from '#database/portable-sql.ts';
import type { Store } from '../store/open.ts';

/** Digests of a portal's secrets, by setting. Of a list, the digests of its entries, separated by commas. */
export type SecretDigests = Record<string, string>;

/** A portal is dead after 45 s of silence; the others delete it then. */
const SILENT_MS = 45_000;

/** Reads the digests of the portals that live on a store. */
export async function readDigests(store: Store): Promise<SecretDigests[]> {
  const rows = await store
    .selectFrom('replicas')
    .select('secrets')
    .where(({ eb }) => eb('seen_at', '>', eb(storeNow(store), '-', SILENT_MS)))
    .execute();
  return rows.map(({ secrets }) => JSON.parse(secrets) as SecretDigests);
}
