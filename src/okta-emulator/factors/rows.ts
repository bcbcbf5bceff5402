import type { Kysely } from 'kysely';
import type { FactorRow, Tables } from '../store/schema.ts';
import type { About, Remembered } from './kind/kind.ts';

/** What a code or challenge is out for. One that was sent for the one purpose proves nothing for the other. */
export type Purpose = 'activate' | 'verify';

type Keeping = Pick<About, 'emulator' | 'tx' | 'now'>;

/** Keeps a code or challenge that went out, sealed for its factor. */
export async function remember(
  { emulator, tx, now }: Keeping,
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
      sealed: emulator.vault.seal(what.secret, { personId: row.person_id, factorId: row.id }),
      at: now,
      expires_at: now + what.lifetimeSeconds * 1000,
      used: 0,
    })
    .execute();
}

/** What is out for a factor and purpose and has not run out, newest first. */
export async function outstandingOf(
  { emulator, tx, now }: Keeping,
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
  return rows.map(({ sealed, used }) => ({
    secret: emulator.vault.open(sealed, { personId: row.person_id, factorId: row.id }),
    used: used === 1,
  }));
}

/**
 * Spends everything that is out for a factor and purpose. It is kept until it runs out, so that a second use is known
 * for one.
 */
export async function spend(tx: Kysely<Tables>, factorId: string, purpose: Purpose): Promise<void> {
  await tx
    .updateTable('outstanding')
    .set({ used: 1 })
    .where('factor_id', '=', factorId)
    .where('purpose', '=', purpose)
    .execute();
}

/** Takes factors and all that is out for them away. */
export async function dropRows(tx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('outstanding').where('factor_id', 'in', ids).execute();
  await tx.deleteFrom('factors').where('id', 'in', ids).execute();
}
