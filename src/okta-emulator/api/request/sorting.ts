import { sql, type RawBuilder } from 'kysely';
import { OktaError } from '../../wire/errors.ts';
import type { PageRequest } from './paging.ts';
import { parseField, type Condition, type Searchable } from './search-language.ts';

/** As Okta documents, `sortBy` only works together with `search`. */
export type SortQuery = { search?: string; sortBy?: string; sortOrder?: string };

/** @throws 400 E0000031 for an unknown field or order */
export function pageOfRows(
  searchable: Searchable,
  { search, sortBy, sortOrder = 'asc' }: SortQuery,
  given: readonly Condition[],
  { after }: Pick<PageRequest, 'after'>,
): { where: RawBuilder<boolean>; order: RawBuilder<unknown> } {
  const sorted = search !== undefined && sortBy !== undefined;
  if (sorted && !/^(?:asc|desc)$/i.test(sortOrder)) throw new OktaError('E0000031');
  const by = sorted ? sql`coalesce(${parseField(searchable, sortBy).column}, '')` : null;
  const down = sorted && sortOrder.toLowerCase() === 'desc';
  const direction = down ? sql`DESC` : sql`ASC`;
  const conditions = [...given];
  if (after !== undefined) {
    const key = by ? sql`(${by}, id)` : sql`id`;
    const last = sql`(SELECT ${by ? sql`${by}, ` : sql``}id FROM ${sql.table(searchable.table)} WHERE id = ${after})`;
    conditions.push(sql`${key} ${down ? sql`<` : sql`>`} ${last}`);
  }
  return {
    where: conditions.length > 0 ? sql`${sql.join(conditions, sql` AND `)}` : sql`true`,
    order: sql`${by ? sql`${by} ${direction}, ` : sql``}id ${direction}`,
  };
}
