import { sql, type Kysely } from 'kysely';
import { ATTRIBUTES } from '../../people/profile.ts';
import type { Person, Tables } from '../../store/schema.ts';
import { OktaError } from '../../wire/errors.ts';
import type { PageRequest } from '../request/paging.ts';
import {
  parseCondition,
  dateField,
  exactField,
  numberField,
  textField,
  type Condition,
  type Field,
  type Searchable,
} from '../request/search-language.ts';
import { pageOfRows, type SortQuery } from '../request/sorting.ts';

export type Question = SortQuery & { filter?: string; q?: string };

/** Ids of the groups whose members are visible. Null: all people are visible. */
export type Within = readonly string[] | null;

const upper = (value: string) => value.toUpperCase();
const named = (column: string, contains: boolean) => textField(sql.ref(column), contains);
const attribute = (name: string): Field =>
  ATTRIBUTES[name] === 'number'
    ? numberField(sql`attributes ->> ${sql.lit(`$.${name}`)}`)
    : textField(sql`attributes ->> ${sql.lit(`$.${name}`)}`, false);

const dates = {
  created: dateField('created'),
  activated: dateField('activated'),
  statusChanged: dateField('status_changed'),
  lastUpdated: dateField('last_updated'),
};
const byName = {
  id: exactField('id'),
  status: exactField('status', upper),
  'profile.login': named('login', true),
  'profile.email': named('email', true),
  'profile.firstName': named('first_name', true),
  'profile.lastName': named('last_name', true),
};

/** `search` works with all attributes. Those with a column have an index, but not for `co`. */
export const searchable: Searchable = {
  table: 'people',
  fields: {
    ...byName,
    ...dates,
    'profile.mobilePhone': exactField('mobile_phone'),
    'profile.secondEmail': named('second_email', false),
    ...Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [`profile.${name}`, attribute(name)])),
  },
};

const filterable: Searchable = {
  table: 'people',
  fields: {
    ...Object.fromEntries(Object.entries(byName).map(([name, field]) => [name, { ...field, operators: ['eq'] }])),
    lastUpdated: dates.lastUpdated,
  },
};

/** A search by `q` has no pages, and at most ten people by default. */
const isByQ = ({ search, filter, q }: Question) => search === undefined && filter === undefined && q !== undefined;
export const readSize = (question: Question): { size: number; most: number } => ({
  size: isByQ(question) ? 10 : 200,
  most: 200,
});

/** A plain list and `q` leave out deactivated people. */
function readConditions({ search, filter, q }: Question): Condition[] {
  if (search !== undefined && filter !== undefined) throw new OktaError('E0000033');
  if (search !== undefined) return [parseCondition(searchable, search)];
  if (filter !== undefined) return [parseCondition(filterable, filter)];
  const there = sql<boolean>`status <> 'DEPROVISIONED'`;
  if (q === undefined) return [there];
  const quoted = `"${q.replaceAll(/[\\"]/g, '\\$&')}"`;
  const begins = ['firstName', 'lastName', 'email'].map((name) => `profile.${name} sw ${quoted}`);
  return [there, parseCondition(searchable, begins.join(' or '))];
}

const visible = (groups: readonly string[]): Condition =>
  groups.length === 0
    ? sql`false`
    : sql`EXISTS (SELECT 1 FROM memberships WHERE person_id = people.id AND group_id IN (${sql.join([...groups])}))`;

/** @returns one row more than the page's size if there are further rows */
export async function searchPeople(
  db: Kysely<Tables>,
  question: Question,
  within: Within,
  { size, after }: PageRequest,
): Promise<Person[]> {
  const conditions = [...readConditions(question), ...(within ? [visible(within)] : [])];
  const { where, order } = pageOfRows(searchable, question, conditions, { after });
  // Sorts only ids, because complete rows would be ten times as much data.
  const { rows } = await sql<Person>`
    SELECT * FROM people WHERE id IN (
      SELECT id FROM people WHERE ${where} ORDER BY ${order} LIMIT ${isByQ(question) ? size : size + 1})
    ORDER BY ${order}`.execute(db);
  return rows;
}
