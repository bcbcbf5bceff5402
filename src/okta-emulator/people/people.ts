import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import { ID_TAIL, newId } from '../wire/ids.ts';
import type { Person, PersonStatus, Tables } from '../store/schema.ts';
import { EVERYONE, setMember } from './groups.ts';
import type { ProfileColumns } from './profile.ts';

export const TOKEN_OWNER = 'admin@example.com';

const USER_ID = new RegExp(`^00u${ID_TAIL}$`);

/** `name`: an id, a login, its part before `@` if it is unique, or `me` for the owner of the API token. */
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

/** Does not store the person. */
export const newPerson = (given: ProfileColumns & Pick<Person, 'id' | 'created'> & Partial<Person>): Person => ({
  status: 'STAGED',
  password: '',
  password_changed: null,
  activated: null,
  status_changed: given.created,
  last_updated: given.created,
  last_login: null,
  misses: 0,
  missed_at: 0,
  recovery_question: null,
  recovery_answer: null,
  provider: JSON.stringify({ type: 'OKTA', name: 'OKTA' }),
  ...given,
});

export const newPersonId = ({ random }: Pick<EmulatorContext, 'random'>): string => newId(random, '00u');

/** Also adds the person to Everyone and to the groups with `groupIds`. */
export async function addPerson(
  emulator: Pick<EmulatorContext, 'clock'>,
  tx: Kysely<Tables>,
  person: Person,
  groupIds: readonly string[],
): Promise<void> {
  await tx.insertInto('people').values(person).execute();
  for (const groupId of new Set([EVERYONE, ...groupIds]))
    await setMember(emulator, tx, { groupId, personId: person.id, member: true });
}

export async function updatePerson(
  { clock }: Pick<EmulatorContext, 'clock'>,
  tx: Kysely<Tables>,
  personId: string,
  changes: Partial<Person>,
): Promise<void> {
  await tx
    .updateTable('people')
    .set({ ...changes, last_updated: clock.now() })
    .where('id', '=', personId)
    .execute();
}

/** A person who is no longer ACTIVE loses their sign-in sessions and grants. */
export async function setStatus(
  emulator: EmulatorContext,
  person: Person,
  status: PersonStatus,
  changes: Partial<Person> = {},
): Promise<void> {
  const now = emulator.clock.now();
  const activated = person.activated ?? (status === 'STAGED' || status === 'DEPROVISIONED' ? null : now);
  await emulator.db.transaction().execute(async (tx) => {
    await updatePerson(emulator, tx, person.id, {
      ...changes,
      status,
      activated,
      status_changed: now,
      misses: 0,
      missed_at: 0,
    });
    if (status === 'DEPROVISIONED') {
      for (const tries of ['activation_tries', 'resend_tries'] as const)
        await tx.deleteFrom(tries).where('person_id', '=', person.id).execute();
    }
    if (status !== 'ACTIVE') await tx.deleteFrom('sign_in_state').where('account_id', '=', person.id).execute();
  });
}
