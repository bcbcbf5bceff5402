import { type Selectable, sql } from 'kysely';
import type { Transaction } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { Session } from '../../../identity/sessions/sessions.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';

/** Least time in ms between two calls to Okta about one push, for all tabs together. */
const ASK_MS = 4000;

export type PushResult = Transaction['factorResult'];
export type Push = Omit<Selectable<Tables['transactions']>, 'result'> & { result: PushResult };

/** Every other value from Okta ends the push without success. */
const results: Record<string, PushResult> = {
  WAITING: 'WAITING',
  SUCCESS: 'SUCCESS',
  REJECTED: 'REJECTED',
  TIMEOUT: 'TIMEOUT',
  EXPIRED: 'TIMEOUT',
  CANCELLED: 'CANCELLED',
  CANCELED: 'CANCELLED',
};

export const getPushResult = (name: string): PushResult => (Object.hasOwn(results, name) ? results[name]! : 'ERROR');

const waiting = { transactions: sql`result = 'WAITING'`, caller_verifications: sql`status = 'waiting'` };

/** Returns true for only one request within `ASK_MS`. */
export async function claimRead(store: Store, table: keyof typeof waiting, id: string, now: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE ${sql.table(table)} SET asked_at = ${now}
    WHERE id = ${id} AND ${waiting[table]} AND asked_at <= ${now - ASK_MS}`.execute(store);
  return numAffectedRows! > 0n;
}

export type Transactions = ReturnType<typeof createTransactions>;

/** A push leaves WAITING only once. */
export function createTransactions(store: Store, clock: Clock) {
  const ofSession = (session: Session, factorId: string) =>
    store.selectFrom('transactions').selectAll().where('session_id', '=', session.id).where('factor_id', '=', factorId);

  return {
    async keep(push: Omit<Push, 'result' | 'asked_at'>): Promise<void> {
      const now = clock.now();
      await store
        .insertInto('transactions')
        .values({ ...push, result: 'WAITING', asked_at: now })
        .execute();
    },

    async find(session: Session, factorId: string, id: string): Promise<Push | null> {
      const row = await ofSession(session, factorId).where('id', '=', id).executeTakeFirst();
      return row ? ({ ...row } as Push) : null;
    },

    async waiting(session: Session, factorId: string): Promise<Push[]> {
      const rows = await ofSession(session, factorId)
        .where('result', '=', 'WAITING')
        .where('expires_at', '>', clock.now())
        .execute();
      return rows as Push[];
    },

    claim: ({ id }: Push): Promise<boolean> => claimRead(store, 'transactions', id, clock.now()),

    /** Returns false if the push has already ended. */
    async finish({ id }: Push, result: Exclude<PushResult, 'WAITING'>, tx: Store = store): Promise<boolean> {
      const finished = await tx
        .updateTable('transactions')
        .set({ result })
        .where('id', '=', id)
        .where('result', '=', 'WAITING')
        .executeTakeFirst();
      return finished.numUpdatedRows > 0n;
    },
  };
}
