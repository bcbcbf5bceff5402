import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Person, Tables } from '../store/schema.ts';
import { OktaError } from '../wire/errors.ts';
import type { PageRequest } from './paging.ts';
import { conditionOf, fieldOf, type Condition } from './search-language.ts';

/** The query of `GET /users`, without the page. */
export type Question = { search?: string; filter?: string; q?: string; sortBy?: string; sortOrder?: string };

/** The ids of the groups whose members are visible; null for all people. */
export type Within = readonly string[] | null;

/** `q` gives at most this many, without pages. */
const MOST_BY_Q = 10;

/**
 * The people that a query selects. Without `search`, and with `filter` unless it names the status, deactivated people
 * are left out.
 */
function conditionsOf({ search, filter, q }: Question): Condition[] {
  if (search !== undefined) return [conditionOf(search)];
  const there = sql<boolean>`status <> 'DEPROVISIONED'`;
  if (filter !== undefined) return [conditionOf(filter), ...(/\bstatus\b/.test(filter) ? [] : [there])];
  if (q === undefined) return [there];
  const quoted = `"${q.replaceAll(/[\\"]/g, '\\$&')}"`;
  return [
    there,
    conditionOf(['firstName', 'lastName', 'email', 'login'].map((name) => `profile.${name} sw ${quoted}`).join(' or ')),
  ];
}

const visible = (groups: readonly string[]): Condition =>
  groups.length === 0
    ? sql`false`
    : sql`EXISTS (SELECT 1 FROM memberships WHERE person_id = people.id AND group_id IN (${sql.join([...groups])}))`;

/** The sort field besides the id, and the direction. As Okta documents, `sortBy` works with `search` only. */
function orderOf({ search, sortBy, sortOrder = 'asc' }: Question): { by: RawBuilder<string> | null; down: boolean } {
  if (search === undefined || sortBy === undefined) return { by: null, down: false };
  if (!/^(?:asc|desc)$/i.test(sortOrder)) throw new OktaError('E0000031');
  return { by: sql`coalesce(${fieldOf(sortBy).column}, '')`, down: sortOrder.toLowerCase() === 'desc' };
}

/**
 * Finds one page of people by `search`, `filter` or `q` (prefix of names, email and login), ordered by `sortBy` and id.
 * An index answers every clause except `co`, so the time does not grow with the number of people.
 * @returns one row more than the page's size when there are more
 * @throws 400 E0000031 for an invalid expression, field or order
 */
export async function searchPeople(
  db: Kysely<Tables>,
  question: Question,
  within: Within,
  { size, after }: PageRequest,
): Promise<Person[]> {
  const conditions = [...conditionsOf(question), ...(within ? [visible(within)] : [])];
  const { by, down } = orderOf(question);
  const direction = down ? sql`DESC` : sql`ASC`;
  const beyond = down ? sql`<` : sql`>`;
  if (after !== undefined) {
    const key = by ? sql`(${by}, id)` : sql`id`;
    conditions.push(sql`${key} ${beyond} (SELECT ${by ? sql`${by}, ` : sql``}id FROM people WHERE id = ${after})`);
  }
  const all =
    question.search === undefined && question.filter === undefined && question.q !== undefined
      ? Math.min(size, MOST_BY_Q)
      : size + 1;
  // Sorts ids only: whole rows would be ten times as much data.
  const { rows } = await sql<Person>`
    SELECT * FROM people WHERE id IN (
      SELECT id FROM people WHERE ${sql.join(conditions, sql` AND `)}
        ORDER BY ${by ? sql`${by} ${direction}, ` : sql``}id ${direction} LIMIT ${all})
    ORDER BY ${by ? sql`${by} ${direction}, ` : sql``}id ${direction}`.execute(db);
  return rows;
}
