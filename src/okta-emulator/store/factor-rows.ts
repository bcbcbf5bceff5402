import type { Kysely } from 'kysely';
import type { FactorRow, Tables } from './schema.ts';

export const factorsIn = (db: Kysely<Tables>, personId: string) =>
  db.selectFrom('factors').selectAll().where('person_id', '=', personId);

type Given = 'id' | 'person_id' | 'kind' | 'status' | 'created';

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
