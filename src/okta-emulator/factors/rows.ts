import type { Kysely } from 'kysely';
import type { FactorRow, Tables } from '../store/schema.ts';
import type { About, Remembered } from './kind/kind.ts';

/** A code or challenge is not valid for the other purpose. */
export type Purpose = 'activate' | 'verify';

type RowContext = Pick<About, 'tx' | 'now'>;

export async function remember(
  { tx, now }: RowContext,
  row: Pick<FactorRow, 'id' | 'person_id'>,
  purpose: Purpose,
  what: Remembered,
): Promise<void> {
  const all = tx.deleteFrom('outstanding').where('factor_id', '=', row.id).where('purpose', '=', purpose);
  await (what.replaces ? all : all.where('expires_at', '<=', now)).execute();
  await tx
    .insertInto('outstanding')
    .values({
      factor_id: row.id,
      person_id: row.person_id,
      purpose,
      secret: what.secret.toString('base64url'),
      at: now,
      expires_at: now + what.lifetimeSeconds * 1000,
      used: 0,
    })
    .execute();
}

/** Unexpired codes and challenges, newest first. */
export async function getOutstanding(
  { tx, now }: RowContext,
  row: FactorRow,
  purpose: Purpose,
): Promise<{ secret: Buffer; used: boolean }[]> {
  const rows = await tx
    .selectFrom('outstanding')
    .selectAll()
    .where('factor_id', '=', row.id)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .orderBy('rowid' as never, 'desc')
    .execute();
  return rows.map(({ secret, used }) => ({ secret: Buffer.from(secret, 'base64url'), used: used === 1 }));
}

/** Used codes stay until they expire, so that a second use is recognized. */
export async function consume(tx: Kysely<Tables>, factorId: string, purpose: Purpose): Promise<void> {
  await tx
    .updateTable('outstanding')
    .set({ used: 1 })
    .where('factor_id', '=', factorId)
    .where('purpose', '=', purpose)
    .execute();
}

export async function dropRows(tx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('outstanding').where('factor_id', 'in', ids).execute();
  await tx.deleteFrom('factors').where('id', 'in', ids).execute();
}
