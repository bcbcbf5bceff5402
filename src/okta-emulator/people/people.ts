import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import { ID_TAIL } from '../wire/ids.ts';
import type { Group, Person, PersonStatus, Tables } from '../store/schema.ts';

/** The owner of the emulator's API token: its administrator. */
export const TOKEN_OWNER = 'admin@example.com';

const USER_ID = new RegExp(`^00u${ID_TAIL}$`);

/**
 * Finds a person by id, login, or a unique part before the `@` (Okta's short login). `me` is the owner of the API
 * token.
 */
export async function findPerson(db: Kysely<Tables>, name: string): Promise<Person | undefined> {
  if (USER_ID.test(name)) return db.selectFrom('people').selectAll().where('id', '=', name).executeTakeFirst();
  const login = name === 'me' ? TOKEN_OWNER : name;
  const exact = await db.selectFrom('people').selectAll().where('login', '=', login).executeTakeFirst();
  if (exact || login.includes('@')) return exact;
  const escaped = login.replaceAll(/[\\%_]/g, '\\$&');
  const [only, another] = await db
    .selectFrom('people')
    .selectAll()
    .where((eb) => eb(eb.ref('login'), 'like', eb.val(`${escaped}@%`)))
    .limit(2)
    .execute();
  return another ? undefined : only;
}

/**
 * Changes a person's status as an administrator does, and resets the count of wrong codes. A person who is no longer
 * ACTIVE loses their sign-in sessions and grants.
 */
export async function setStatus(emulator: EmulatorContext, person: Person, status: PersonStatus): Promise<void> {
  const now = emulator.clock.now();
  await emulator.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('people')
      .set({ status, status_changed: now, last_updated: now, misses: 0, missed_at: 0 })
      .where('id', '=', person.id)
      .execute();
    if (status === 'DEPROVISIONED') {
      for (const tries of ['activation_tries', 'resend_tries'] as const)
        await tx.deleteFrom(tries).where('person_id', '=', person.id).execute();
    }
    if (status !== 'ACTIVE') await tx.deleteFrom('sign_in_state').where('account_id', '=', person.id).execute();
  });
}

/** A group, and its first members by login; null for an unknown one. */
export async function groupWith(
  db: Kysely<Tables>,
  groupId: string,
  limit: number,
): Promise<{ group: Group; members: Person[] } | null> {
  const group = await db.selectFrom('groups').selectAll().where('id', '=', groupId).executeTakeFirst();
  if (!group) return null;
  const members = await db
    .selectFrom('people')
    .innerJoin('memberships', 'memberships.person_id', 'people.id')
    .selectAll('people')
    .where('memberships.group_id', '=', groupId)
    .orderBy('people.login')
    .limit(limit)
    .execute();
  return { group, members };
}

/** A person's groups, by name. */
export function groupsOf(db: Kysely<Tables>, personId: string): Promise<Group[]> {
  return db
    .selectFrom('groups')
    .innerJoin('memberships', 'memberships.group_id', 'groups.id')
    .selectAll('groups')
    .where('memberships.person_id', '=', personId)
    .orderBy('groups.name')
    .execute();
}
