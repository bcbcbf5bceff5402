import type { EmulatorContext } from '../context/context.ts';
import type { Person } from '../store/schema.ts';
import { getFactors, offeredKinds } from './person-factors.ts';
import type { Json } from './kind/kind.ts';
import { link, personHref } from './kind/link.ts';
import { factorKinds } from './registry.ts';

export async function catalogFor(emulator: EmulatorContext, person: Person): Promise<Json[]> {
  const enrolled = await getFactors(emulator, emulator.db, person);
  const offered = await offeredKinds(emulator, emulator.db, person);
  return Promise.all(
    offered.map(async ({ name, enrollment }) => {
      const kind = factorKinds[name];
      const own = enrolled.filter((row) => row.kind === name);
      const statuses = own.map((row) => row.status);
      const besides = await kind.catalog?.({ emulator, person, enrolled: own });
      return {
        factorType: kind.factorType,
        provider: kind.provider,
        vendorName: kind.provider,
        _links: { ...besides?.links, enroll: link(`${personHref(emulator, person.id)}/factors`, 'POST') },
        status: statuses.includes('ACTIVE') ? 'ACTIVE' : (statuses[0] ?? 'NOT_SETUP'),
        enrollment,
        ...besides?.rest,
      };
    }),
  );
}
