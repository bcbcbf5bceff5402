import type { ExpressionBuilder } from 'kysely';
import type { Tables } from './schema.ts';

/** In a transaction, lock the approvals in an earlier statement. Otherwise a reset that has just begun is not seen. */
export const withoutReset = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'approvals'>) =>
  not(exists(selectFrom('resets').select('resets.id').whereRef('resets.id', '=', 'approvals.id')));
