import type { Engine } from '../../context/context.ts';
import { seededId } from '../../wire/ids.ts';
import { newFactorRow } from '../../store/factor-rows.ts';
import type { FactorRow, Person } from '../../store/schema.ts';

/** Listed for every verified primary address. It has no row, so deleting it has no effect. Undefined on Classic. */
export function automaticEmail(engine: Engine, person: Person): FactorRow | undefined {
  if (engine !== 'oie') return undefined;
  return newFactorRow({
    id: seededId('emf', person.id),
    person_id: person.id,
    kind: 'email/OKTA',
    status: 'ACTIVE',
    profile: JSON.stringify({ email: person.email }),
    created: person.created,
  });
}
