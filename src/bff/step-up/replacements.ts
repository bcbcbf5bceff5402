import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Store } from '../store/open.ts';
import { upsert } from '../store/upsert.ts';
import type { StepUps } from './step-ups.ts';

/** How long a session may go on with a replacement without another step-up, in milliseconds. */
const REPLACEMENT_MS = 10 * 60_000;
/** How long a replacement is known, as long as a plan for a new phone. */
const KEPT_MS = 14 * 24 * 60 * 60_000;

export type Replacements = ReturnType<typeof createReplacements>;
/** A replacement that began. `granted`: this session may go on without another step-up. */
export type Replacement = { factorId: string; kind: string; strength: number; granted: boolean };

/** Remembers which methods are being replaced, and which session may go on without another step-up (ADR 0041). */
export function createReplacements(store: Store, clock: Clock) {
  const columns = ['factor_id', 'kind', 'strength', 'session_id', 'granted_until'] as const;
  type Row = { factor_id: string; kind: string; strength: number; session_id: string; granted_until: number };
  const seen = (row: Row, session: Pick<Session, 'id'>): Replacement => ({
    factorId: row.factor_id,
    kind: row.kind,
    strength: row.strength,
    granted: row.session_id === session.id && row.granted_until > clock.now(),
  });

  return {
    /** Grants the session the replacement of one method, in the transaction of the change's intent. */
    begin: (session: Session, factorId: string, kind: string, strength: number) => async (step: Store) => {
      const now = clock.now();
      await deleteUntil(step, 'replacements', 'created_at', now - KEPT_MS);
      await upsert(step, 'replacements', ['user_id', 'factor_id'], {
        user_id: session.user_id,
        factor_id: factorId,
        kind,
        session_id: session.id,
        strength,
        granted_until: now + REPLACEMENT_MS,
        created_at: now,
      });
    },

    /** Returns the replacement of one method, or null. */
    async of(session: Session, factorId: string): Promise<Replacement | null> {
      const row = await store
        .selectFrom('replacements')
        .select(columns)
        .where('user_id', '=', session.user_id)
        .where('factor_id', '=', factorId)
        .executeTakeFirst();
      return row ? seen(row, session) : null;
    },

    /** Returns the replacements of a kind that this session may go on with. */
    async grantedOf(session: Session, kind: string, step: Store = store): Promise<Replacement[]> {
      const rows = await step
        .selectFrom('replacements')
        .select(columns)
        .where('user_id', '=', session.user_id)
        .execute();
      return rows.map((row) => seen(row, session)).filter((one) => one.kind === kind && one.granted);
    },

    /** Ends the grants of a kind: the new method works. */
    finish:
      (userId: string, kind: string) =>
      async (step: Store = store) => {
        await step
          .updateTable('replacements')
          .set({ granted_until: 0 })
          .where('user_id', '=', userId)
          .where('kind', '=', kind)
          .execute();
      },
  };
}

/**
 * Ends the grants of a kind once the new method works. What is left of a granted replacement is to remove the old
 * method: the step-up that admitted the one admits the other.
 */
export const finishReplacement =
  ({ stepUps, replacements }: { stepUps: StepUps; replacements: Replacements }, session: Session, kind: string) =>
  async (step: Store): Promise<void> => {
    for (const { factorId, strength } of await replacements.grantedOf(session, kind, step))
      await stepUps.give(session, `remove:${factorId}`, strength, step);
    await replacements.finish(session.user_id, kind)(step);
  };
