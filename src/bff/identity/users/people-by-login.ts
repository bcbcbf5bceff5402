import { sql } from 'kysely';
import type { Store } from '../../platform/store/open.ts';

/** Case does not matter, as at Okta. */
export async function peopleByLogin(store: Store, login: string): Promise<string[]> {
  const rows = await store
    .selectFrom('known_names')
    .select('user_id')
    .where(sql`lower(login)`, '=', sql`lower(${login})`)
    .orderBy('user_id')
    .execute();
  return rows.map(({ user_id }) => user_id);
}
