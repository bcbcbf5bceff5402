import type { Kysely } from 'kysely';
import type { Tables } from '../../store/schema.ts';
import type { Token } from '../../store/tokens.ts';
import type { OnFactor } from '../kind/kind.ts';

/** An unassigned token, found by its serial number or a YubiKey's public id. */
export function spareToken(
  tx: Kysely<Tables>,
  kind: string,
  by: 'serial' | 'public_id',
  value: string,
): Promise<Token | undefined> {
  return tx
    .selectFrom('tokens')
    .selectAll()
    .where('kind', '=', kind)
    .where(by, '=', value)
    .where('factor_id', 'is', null)
    .executeTakeFirst();
}

export function tokenBehind(tx: Kysely<Tables>, factorId: string): Promise<Token | undefined> {
  return tx.selectFrom('tokens').selectAll().where('factor_id', '=', factorId).executeTakeFirst();
}

export async function consumeCode(
  tx: Kysely<Tables>,
  serial: string,
  counter: number,
  factorId?: string,
): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({ counter, ...(factorId !== undefined && { factor_id: factorId }) })
    .where('serial', '=', serial)
    .execute();
}

/** The token's used codes stay used. */
export async function freeToken({ tx, row }: Pick<OnFactor, 'tx' | 'row'>): Promise<void> {
  await tx.updateTable('tokens').set({ factor_id: null }).where('factor_id', '=', row.id).execute();
}
