import type { Context } from '../context.ts';
import type { Person } from '../store/schema.ts';
import { factorOf } from './held.ts';
import { assertChangeable } from './person-state.ts';

/**
 * Takes a factor away, pending ones too. The email factor that an Identity Engine org lists by itself is back at once.
 * @throws E0000007; E0000038 for a deactivated person.
 */
export async function deleteFactor(org: Context, person: Person, factorId: string): Promise<void> {
  assertChangeable(person);
  await org.db.transaction().execute(async (tx) => {
    const row = await factorOf(org, tx, person, factorId);
    await tx.deleteFrom('factors').where('id', '=', row.id).execute();
  });
}

/** Takes every factor away; the person stays as they are. @throws E0000038 for a deactivated person. */
export async function resetFactors(org: Context, person: Person): Promise<void> {
  assertChangeable(person);
  await org.db.deleteFrom('factors').where('person_id', '=', person.id).execute();
}
