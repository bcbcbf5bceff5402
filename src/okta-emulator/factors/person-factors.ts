import type { Kysely } from 'kysely';
import { notFound } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import { getEnrollments, type Enrollment } from '../policies/policies.ts';
import { factorsIn } from '../store/factor-rows.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import { automaticEmail } from './email/automatic.ts';
import { factorKinds, kindNames, type FactorKind } from './registry.ts';

/** Returns factors in Okta's order: by kind, then by age. `db` may be an open transaction. */
export async function getFactors(emulator: EmulatorContext, db: Kysely<Tables>, person: Person): Promise<FactorRow[]> {
  const rows = await factorsIn(db, person.id).orderBy('created').orderBy('id').execute();
  const automatic = rows.some(({ kind }) => kind === 'email/OKTA')
    ? undefined
    : automaticEmail(emulator.engine, person);
  const order = (row: FactorRow) => (kindNames as string[]).indexOf(row.kind);
  return (automatic ? [...rows, automatic] : rows).sort((a, b) => order(a) - order(b));
}

/** Throws 404 E0000007, also for another person's factor. */
export async function getFactor(
  emulator: EmulatorContext,
  db: Kysely<Tables>,
  person: Person,
  factorId: string,
): Promise<FactorRow> {
  const automatic = automaticEmail(emulator.engine, person);
  if (automatic?.id === factorId) return automatic;
  const row = await factorsIn(db, person.id).where('id', '=', factorId).executeTakeFirst();
  if (!row) throw notFound(factorId, 'UserFactor');
  return row;
}

/** Returns one factor by its id or, if the kind allows it, all active factors of that type. */
export async function verifiableRows(
  emulator: EmulatorContext,
  db: Kysely<Tables>,
  person: Person,
  named: string,
): Promise<FactorRow[]> {
  const byType = kindNames.filter((name) => factorKinds[name].verifiedByType && factorKinds[name].factorType === named);
  if (byType.length === 0) return [await getFactor(emulator, db, person, named)];
  const rows = (await getFactors(emulator, db, person)).filter(
    (row) => row.status === 'ACTIVE' && (byType as string[]).includes(row.kind),
  );
  if (rows.length === 0) throw notFound(named, 'UserFactor');
  return rows;
}

/** As at Okta, the list lacks factors that the person's policy does not allow. */
export async function listedFactors(emulator: EmulatorContext, person: Person): Promise<FactorRow[]> {
  const getFactorEnrollment = await getEnrollments(emulator, emulator.db, person.id);
  return (await getFactors(emulator, emulator.db, person)).filter(
    ({ kind }) => getFactorEnrollment(kind) !== 'NOT_ALLOWED',
  );
}

export async function offeredKinds(
  emulator: Pick<EmulatorContext, 'engine'>,
  db: Kysely<Tables>,
  person: Person,
): Promise<{ name: FactorKind; enrollment: Enrollment }[]> {
  const getFactorEnrollment = await getEnrollments(emulator, db, person.id);
  return kindNames
    .filter((name) => factorKinds[name].enroll !== undefined && factorKinds[name].offeredBy.includes(emulator.engine))
    .map((name) => ({ name, enrollment: getFactorEnrollment(name) }))
    .filter(({ enrollment }) => enrollment !== 'NOT_ALLOWED');
}

/** Does not count the automatic email factor of an Identity Engine org. */
export async function hasCountingFactor(emulator: EmulatorContext, personId: string): Promise<boolean> {
  const rows = await factorsIn(emulator.db, personId).where('status', '=', 'ACTIVE').execute();
  return rows.some(({ kind }) => emulator.engine === 'classic' || kind !== 'email/OKTA');
}
