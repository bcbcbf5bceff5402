import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { createClock, type Clock } from '#clock';
import { getDatabaseName } from '#database/portable-sql.ts';
import { OPERATOR } from '#bff/records/audit-log/operation.ts';
import { localUser } from '#bff/platform/env/local-user.ts';
import { readPlace } from '#bff/config/place.ts';
import { openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';
import { followStoreTime } from '#bff/platform/store/store-time.ts';

export const readOperator = (command: string) => ({
  userId: `${OPERATOR}${localUser()}`,
  address: '',
  agent: `${command} on ${hostname()}`,
  requestId: randomUUID(),
});

/** Works with the store's time. Portals may use the store at the same time. */
export async function onStore<T>(
  work: (opened: { store: Store; clock: Clock; place: StorePlace }) => Promise<T>,
): Promise<T> {
  const place = readPlace(process.env);
  const store = await openStore(place, { existing: 'write' });
  const time = await followStoreTime(store, () => {});
  try {
    return await work({ store, clock: createClock(time.now, () => performance.now()), place });
  } finally {
    time.stop();
    await store.destroy();
  }
}

/** @throws an Error that says what to do, if the role of `DATABASE_URL` can only add to the audit log */
export async function assertMayChangeLog(store: Store): Promise<void> {
  if (getDatabaseName(store) === 'sqlite') return;
  const { rows } = await sql<{ may: boolean }>`SELECT has_table_privilege('audit_log', 'DELETE') AS may`.execute(store);
  if (!rows[0]!.may)
    throw new Error('the role of DATABASE_URL may only add to audit_log: run this with the role that owns the tables');
}
