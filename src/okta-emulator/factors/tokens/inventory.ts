import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../../context/context.ts';
import type { Tables } from '../../store/schema.ts';
import type { Token } from '../../store/tokens.ts';
import type { OnFactor } from '../kind/kind.ts';

const owner = (serial: string) => ({ personId: 'inventory', factorId: serial });

/** What the token of this serial computes with, as it is stored. */
export function sealToken({ vault }: Pick<EmulatorContext, 'vault'>, serial: string, secret: Buffer): string {
  return vault.seal(secret, owner(serial));
}

/** What a token computes its codes with. Throws when it was moved to another serial. */
export function tokenSecret(
  { vault }: Pick<EmulatorContext, 'vault'>,
  { serial, sealed }: Pick<Token, 'serial' | 'sealed'>,
): Buffer {
  return vault.open(sealed, owner(serial));
}

/** A token of this kind that nobody has: by its serial, or what a YubiKey types first. */
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

/** The token behind a factor. */
export function tokenBehind(tx: Kysely<Tables>, factorId: string): Promise<Token | undefined> {
  return tx.selectFrom('tokens').selectAll().where('factor_id', '=', factorId).executeTakeFirst();
}

/** Writes down what a code spends and, at enrollment, whose the token now is. */
export async function spendCode(tx: Kysely<Tables>, serial: string, counter: number, factorId?: string): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({ counter, ...(factorId !== undefined && { factor_id: factorId }) })
    .where('serial', '=', serial)
    .execute();
}

/** Puts the token of a deleted factor back into the drawer. Codes it has spent stay spent. */
export async function freeToken({ tx, row }: Pick<OnFactor, 'tx' | 'row'>): Promise<void> {
  await tx.updateTable('tokens').set({ factor_id: null }).where('factor_id', '=', row.id).execute();
}
