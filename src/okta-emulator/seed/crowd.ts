import type { EmulatorContext } from '../context/context.ts';
import { completeFamily } from '../factors/okta-verify/family.ts';
import { hashPassword } from '../people/password.ts';
import { addPerson, newPerson } from '../people/people.ts';
import { newGroup } from '../people/groups.ts';
import { seededId } from '../wire/ids.ts';
import type { Crowd, FilePerson } from './people-file.ts';
import { seedFactor } from './seed-factor.ts';

/** The stored forms of the passwords; the same one is hashed once, since that takes long. */
async function hashed(emulator: EmulatorContext, people: readonly FilePerson[]): Promise<Map<string, string>> {
  const forms = new Map<string, string>();
  for (const { password } of people)
    if (password !== undefined && !forms.has(password))
      forms.set(password, await hashPassword(password, emulator.random, emulator.passwordCost));
  return forms;
}

/**
 * Creates the groups and people of a file in one transaction. Who exists already stays as they are.
 * @param passwordHash that of people without an own password
 */
export async function seedCrowd(
  emulator: EmulatorContext,
  passwordHash: string,
  { groups, people }: Crowd,
): Promise<void> {
  const forms = await hashed(emulator, people);
  const created = emulator.clock.now();
  await emulator.db.transaction().execute(async (tx) => {
    const described = new Map(groups.map(({ name, description }) => [name, description]));
    for (const name of new Set([...described.keys(), ...people.flatMap((one) => one.groups)])) {
      const group = newGroup(emulator, { name, description: described.get(name) ?? '' });
      await tx
        .insertInto('groups')
        .values({ ...group, id: seededId('00g', name) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const ids = new Map(
      (await tx.selectFrom('groups').select(['id', 'name']).execute()).map(({ id, name }) => [name, id]),
    );
    for (const { profile, password, status, groups: names, factors, oktaVerify } of people) {
      const known = await tx.selectFrom('people').select('id').where('login', '=', profile.login).executeTakeFirst();
      if (known) continue;
      const person = newPerson({
        id: seededId('00u', profile.login),
        ...profile,
        status,
        password: password === undefined ? passwordHash : (forms.get(password) ?? ''),
        password_changed: created,
        created,
        activated: status === 'STAGED' ? null : created,
      });
      await addPerson(
        emulator,
        tx,
        person,
        names.flatMap((name) => ids.get(name) ?? []),
      );
      for (const factor of factors) await seedFactor(emulator, tx, person, factor);
      if (oktaVerify) await completeFamily({ emulator, tx, person, now: created }, { byPhone: true });
    }
  });
}
