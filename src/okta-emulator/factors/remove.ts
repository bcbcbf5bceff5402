import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import { getFactor, getFactors } from './person-factors.ts';
import { assertChangeable } from './person-state.ts';
import { kindNamed } from './registry.ts';
import { dropRows } from './rows.ts';

/** Whether the phone is also deleted as a recovery method. */
type Removal = { removeRecoveryEnrollment: boolean };

async function take(
  emulator: EmulatorContext,
  tx: Kysely<Tables>,
  person: Person,
  rows: readonly FactorRow[],
  removal: Removal,
): Promise<void> {
  await dropRows(
    tx,
    rows.map(({ id }) => id),
  );
  for (const row of rows)
    await kindNamed(row.kind).removed?.({ emulator, tx, person, now: emulator.clock.now(), row, ...removal });
}

/** Works for a pending factor, too. Factors that belong together are deleted together. */
export async function deleteFactor(
  emulator: EmulatorContext,
  person: Person,
  factorId: string,
  removal: Removal,
): Promise<void> {
  assertChangeable(person);
  await emulator.db.transaction().execute(async (tx) => {
    const row = await getFactor(emulator, tx, person, factorId);
    const family = kindNamed(row.kind).removesAlong?.(emulator.engine) ?? [];
    const along = (await getFactors(emulator, tx, person)).filter(
      ({ id, kind }) => id !== row.id && family.includes(kind),
    );
    await take(emulator, tx, person, [row, ...along], removal);
  });
}

export async function deletePerson(emulator: EmulatorContext, person: Person): Promise<void> {
  await emulator.db.transaction().execute(async (tx) => {
    await take(emulator, tx, person, await getFactors(emulator, tx, person), { removeRecoveryEnrollment: true });
    await tx.deleteFrom('sign_in_state').where('account_id', '=', person.id).execute();
    await tx.deleteFrom('people').where('id', '=', person.id).execute();
  });
}

/** Keeps the factors whose kind stays at a reset. */
export async function resetFactors(emulator: EmulatorContext, person: Person, removal: Removal): Promise<void> {
  assertChangeable(person);
  await emulator.db.transaction().execute(async (tx) => {
    const rows: FactorRow[] = [];
    for (const row of await getFactors(emulator, tx, person)) {
      if (!(await kindNamed(row.kind).staysAtReset?.({ emulator, tx, person, now: emulator.clock.now(), row })))
        rows.push(row);
    }
    await take(emulator, tx, person, rows, removal);
  });
}
