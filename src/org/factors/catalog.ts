import type { Context } from '../context.ts';
import type { Person } from '../store/schema.ts';
import { factorsOf } from './held.ts';
import type { Json } from './kind.ts';
import { link, personHref } from './present.ts';
import { factorKinds, kindNames } from './registry.ts';

/**
 * What a person could set up: the kinds the org's engine offers and can really enroll. The status is that of the person's
 * factor of the kind, NOT_SETUP where there is none.
 */
export async function catalogFor(org: Context, person: Person): Promise<Json[]> {
  const held = await factorsOf(org, org.db, person);
  return kindNames
    .filter((name) => factorKinds[name].enroll && factorKinds[name].offeredBy.includes(org.engine))
    .map((name) => {
      const { factorType, provider } = factorKinds[name];
      const statuses = held.filter((row) => row.kind === name).map((row) => row.status);
      const status = statuses.includes('ACTIVE') ? 'ACTIVE' : (statuses[0] ?? 'NOT_SETUP');
      return {
        factorType,
        provider,
        vendorName: provider,
        _links: { enroll: link(`${personHref(org, person.id)}/factors`, 'POST') },
        status,
        enrollment: 'OPTIONAL',
      };
    });
}
