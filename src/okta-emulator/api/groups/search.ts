import { sql, type Kysely } from 'kysely';
import type { Group, Person, Tables } from '../../store/schema.ts';
import { OktaError } from '../../wire/errors.ts';
import type { PageRequest } from '../request/paging.ts';
import {
  parseCondition,
  dateField,
  exactField,
  textField,
  type Condition,
  type Searchable,
} from '../request/search-language.ts';
import { pageOfRows, type SortQuery } from '../request/sorting.ts';

type Question = SortQuery & { filter?: string; q?: string };

const filterFields = {
  id: exactField('id'),
  type: exactField('type', (value) => value.toUpperCase()),
  lastUpdated: dateField('last_updated'),
  lastMembershipUpdated: dateField('last_membership_updated'),
};
const filterable: Searchable = { table: 'groups', fields: filterFields };
const searchable: Searchable = {
  table: 'groups',
  fields: {
    ...filterFields,
    created: dateField('created'),
    'profile.name': textField(sql.ref('name'), true),
    'profile.description': textField(sql.ref('description'), true),
  },
};

function readConditions({ search, filter, q }: Question): Condition[] {
  if (search !== undefined && filter !== undefined) throw new OktaError('E0000033');
  if (search !== undefined) return [parseCondition(searchable, search)];
  if (filter !== undefined) return [parseCondition(filterable, filter)];
  return q === undefined ? [] : [parseCondition(searchable, `profile.name sw "${q.replaceAll(/[\\"]/g, '\\$&')}"`)];
}

/** @returns one row more than the page's size if there are further rows */
export async function searchGroups(db: Kysely<Tables>, question: Question, page: PageRequest): Promise<Group[]> {
  const { where, order } = pageOfRows(searchable, question, readConditions(question), page);
  const { rows } = await sql<Group>`
    SELECT * FROM groups WHERE ${where} ORDER BY ${order} LIMIT ${page.size + 1}`.execute(db);
  return rows;
}

/** Returns one row more than the page's size if there are further members. */
export function listMembers(db: Kysely<Tables>, groupId: string, { size, after = '' }: PageRequest): Promise<Person[]> {
  return db
    .selectFrom('memberships')
    .innerJoin('people', 'people.id', 'memberships.person_id')
    .selectAll('people')
    .where('memberships.group_id', '=', groupId)
    .where('memberships.person_id', '>', after)
    .orderBy('memberships.person_id')
    .limit(size + 1)
    .execute();
}
