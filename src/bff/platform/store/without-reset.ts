import type { ExpressionBuilder } from 'kysely';
import type { Tables } from './schema.ts';

/** Whether no reset of an approval has begun. In a transaction, lock the approvals in a statement before. */
export const withoutReset = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'approvals'>) =>
  not(exists(selectFrom('resets').select('resets.id').whereRef('resets.id', '=', 'approvals.id')));
