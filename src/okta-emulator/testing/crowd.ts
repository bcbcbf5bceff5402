import { sql, type Kysely } from 'kysely';
import { newPerson } from '../people/people.ts';
import { groupIds } from '../seed/seed.ts';
import { seededId } from '../wire/ids.ts';
import type { Person, Tables } from '../store/schema.ts';

const starts = 'Al Be Cor Da El Fre Gi Ha Is Jo Ka Lu Ma Né Ol Pe Ro Sa Thé Vi'.split(' ');
const middles = ['ba', 'de', 'li', 'mo', 'nu', 'ra', 'si', 'ta', 've', 'zo'];
const ends = ['', 'n', 'na', 's', 'ry', 'th', 'ck', 'lle', 'son', 'berg'];

function createName(number: number): string {
  const [start, middle, end] = [
    starts[number % 20]!,
    middles[Math.floor(number / 20) % 10]!,
    ends[Math.floor(number / 200) % 10]!,
  ];
  return start + middle + end;
}

/** The same number always gives the same person. */
export function createPerson(index: number): Person {
  // Two different prime factors, so that first and last names are not correlated.
  const [first, last] = [
    createName((index * 7919) % 2000),
    createName((index * 104_729 + Math.floor(index / 2000)) % 2000),
  ];
  const at = Date.UTC(2026, 0, 1) + index;
  const login = `${first}.${last}.${index}@Crowd.example`;
  return newPerson({
    id: seededId('00u', `crowd ${index}`),
    login,
    email: login,
    second_email: null,
    first_name: first,
    last_name: last,
    mobile_phone: index % 4 === 0 ? `+1555${String(index).padStart(7, '0')}` : null,
    attributes: '{}',
    status: index % 50 === 0 ? 'DEPROVISIONED' : 'ACTIVE',
    password: 'nobody signs in as one of many',
    created: at,
    activated: at,
  });
}

const AT_ONCE = 5000;

export async function addCrowd(
  db: Kysely<Tables>,
  count: number,
  groups: readonly string[] = [groupIds.everyone, groupIds.engineering],
): Promise<void> {
  const names = Object.keys(createPerson(0));
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const values = sql.join(names.map((name) => sql`value ->> ${name}`));
  // Inserts change random pages of every index, and SQLite writes a page again if it left the cache.
  await sql`PRAGMA cache_size = -200000`.execute(db);
  await db.transaction().execute(async (tx) => {
    for (let from = 0; from < count; from += AT_ONCE) {
      // One parameter for thousands of rows: binding each value separately would take a minute.
      const some = JSON.stringify(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => createPerson(from + index)),
      );
      await sql`INSERT INTO people (${columns}) SELECT ${values} FROM json_each(${some})`.execute(tx);
      for (const group of groups)
        await sql`INSERT INTO memberships (group_id, person_id) SELECT ${group}, value ->> 'id' FROM json_each(${some})`.execute(
          tx,
        );
    }
  });
}
