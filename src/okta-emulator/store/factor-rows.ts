import type { Kysely } from 'kysely';
import type { FactorRow, Tables } from './schema.ts';

/** Returns a query of a person's factors, which the caller can restrict. */
export const factorsIn = (db: Kysely<Tables>, personId: string) =>
  db.selectFrom('factors').selectAll().where('person_id', '=', personId);

type Given = 'id' | 'person_id' | 'kind' | 'status' | 'created';

/** Returns a new factor's row: missing values are empty, and all dates equal the creation. */
export const newFactorRow = (given: Pick<FactorRow, Given> & Partial<FactorRow>): FactorRow => ({
  profile: 'null',
  secret: null,
  accepted_step: null,
  last_updated: given.created,
  last_verified: null,
  data: null,
  vendor_name: null,
  ...given,
});
