import type { Kysely } from 'kysely';
import type { FactorRow, Tables } from './schema.ts';

/** A query of a person's factors, for the caller to narrow. */
export const factorsIn = (db: Kysely<Tables>, personId: string) =>
  db.selectFrom('factors').selectAll().where('person_id', '=', personId);

type Given = 'id' | 'person_id' | 'kind' | 'status' | 'created';

/** The row of a new factor: what is not given is empty, and nothing has happened to it since its creation. */
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
