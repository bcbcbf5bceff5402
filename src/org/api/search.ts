import type { Context } from '../context.ts';
import type { Person } from '../store/schema.ts';
import { OktaError } from './errors.ts';

const fields: Record<string, (person: Person) => string> = {
  id: (person) => person.id,
  status: (person) => person.status,
  'profile.login': (person) => person.login,
  'profile.email': (person) => person.email,
  'profile.firstName': (person) => person.first_name,
  'profile.lastName': (person) => person.last_name,
  'profile.mobilePhone': (person) => person.mobile_phone ?? '',
};

type Test = (person: Person) => boolean;

/**
 * Reads an expression of `eq` and `sw` clauses joined by `and` and `or` (`and` binds closer), which is what Latchkey asks for.
 * Values compare without regard to case. Throws 400 E0000031 for anything else.
 */
function parse(expression: string): Test {
  const clause = /^\s*([A-Za-z.]+)\s+(eq|sw)\s+"((?:[^"\\]|\\.)*)"\s*/i;
  let rest = expression;
  const anyOf: Test[][] = [[]];
  for (;;) {
    const [whole, name = '', operator = '', quoted = ''] = clause.exec(rest) ?? [];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (whole === undefined || !field) throw new OktaError('E0000031');
    const value = quoted.replaceAll(/\\(.)/g, '$1').toLowerCase();
    const begins = operator.toLowerCase() === 'sw';
    anyOf.at(-1)?.push((person) => (begins ? field(person).toLowerCase().startsWith(value) : field(person).toLowerCase() === value));
    rest = rest.slice(whole.length);
    if (rest === '') break;
    const [joined, word = ''] = /^(and|or)\s+/i.exec(rest) ?? [];
    if (joined === undefined) throw new OktaError('E0000031');
    if (word.toLowerCase() === 'or') anyOf.push([]);
    rest = rest.slice(joined.length);
  }
  return (person) => anyOf.some((all) => all.every((test) => test(person)));
}

/**
 * Finds people by `search`, `filter` or `q` (starts with, on names, email and login), ordered by id. Without `search`, and with
 * `filter` unless it asks for the status, deactivated people are left out, as at Okta.
 */
export async function searchPeople(org: Context, { search, filter, q }: Record<string, string | undefined>): Promise<Person[]> {
  const people = await org.db.selectFrom('people').selectAll().orderBy('id').execute();
  if (search !== undefined) return people.filter(parse(search));
  if (filter !== undefined) {
    const matches = parse(filter);
    return people.filter((person) => matches(person) && (/\bstatus\b/.test(filter) || person.status !== 'DEPROVISIONED'));
  }
  const listed = people.filter((person) => person.status !== 'DEPROVISIONED');
  if (q === undefined) return listed;
  const start = q.toLowerCase();
  return listed
    .filter((person) => [person.first_name, person.last_name, person.email, person.login].some((text) => text.toLowerCase().startsWith(start)))
    .slice(0, 10);
}
