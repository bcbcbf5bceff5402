import { sql } from 'kysely';
import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import { correlationOf, type Alongside } from '../../../records/audit-log/audit-log.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { WaitingReset } from '../reset-model/reset.ts';

/** Twice as long as a verified caller stays verified. */
const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 2 * 60 * 60_000;

/** Stands for the person while an agent searches. */
export const SEARCH = '';

export type OpenActs = ReturnType<typeof createOpenActs>;

/**
 * Creates the open acts: which `correlationId` the next request of an agent about a person continues. An act begins
 * with opening the person, and is open for 30 minutes after its last request, at most two hours. What comes later has
 * its id by itself: a caller verification, an approval, and every row that follows from another row.
 */
export function createOpenActs(store: Store, clock: Clock) {
  const openOf = (agentId: string, userId: string) =>
    store
      .selectFrom('open_acts')
      .select(['correlation_id', 'changed'])
      .where('agent_id', '=', agentId)
      .where('user_id', '=', userId)
      .where('seen_at', '>', clock.now() - IDLE_MS)
      .where('begun_at', '>', clock.now() - LONGEST_MS)
      .executeTakeFirst();

  async function ofVerification(id: string | undefined, userId: string): Promise<string | null> {
    if (id === undefined) return null;
    const row = await store
      .selectFrom('caller_verifications')
      .select('correlation_id')
      .where('id', '=', id)
      .where(({ or, eb }) => or([eb('agent_id', '=', userId), eb('user_id', '=', userId)]))
      .executeTakeFirst();
    return row?.correlation_id ?? null;
  }

  async function ofApproval(id: string): Promise<string | null> {
    const row = await store.selectFrom('approvals').select('reset').where('id', '=', id).executeTakeFirst();
    return row ? correlationOf((JSON.parse(row.reset) as WaitingReset).by) : null;
  }

  /** Returns the act that a look at a person belongs to: also one that has changed something. */
  async function ofLook(agentId: string, userId: string): Promise<string | null> {
    return (await openOf(agentId, userId))?.correlation_id ?? null;
  }

  /** Returns the act that a caller verification or a change belongs to. After a change, another act begins. */
  async function ofWork(agentId: string, userId: string): Promise<string | null> {
    const open = await openOf(agentId, userId);
    return open && open.changed === 0 ? open.correlation_id : null;
  }

  const put = async (agentId: string, userId: string, correlationId: string, changed: 0 | 1, step: Store) => {
    const now = clock.now();
    await deleteUntil(step, 'open_acts', 'seen_at', now - IDLE_MS);
    const row = {
      agent_id: agentId,
      user_id: userId,
      correlation_id: correlationId,
      begun_at: now,
      seen_at: now,
      changed,
    };
    const sameAct = sql<boolean>`open_acts.correlation_id = excluded.correlation_id`;
    await step
      .insertInto('open_acts')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'user_id']).doUpdateSet({
          correlation_id: correlationId,
          begun_at: sql<number>`CASE WHEN ${sameAct} THEN open_acts.begun_at ELSE excluded.begun_at END`,
          seen_at: now,
          changed: sql<number>`CASE WHEN ${sameAct} AND open_acts.changed = 1 THEN 1 ELSE excluded.changed END`,
        }),
      )
      .execute();
  };

  return {
    ofLook,
    ofWork,
    ofVerification,
    ofApproval,

    /** Returns the act that an agent's own step-up is for, by its purpose; null when it is for none. */
    async ofPurpose(userId: string, purpose: string | null | undefined): Promise<string | null> {
      const [what, id] = (purpose ?? '').split(/:(.*)/s);
      if (!id) return null;
      if (what === 'helpdesk' || what === 'traces') return ofWork(userId, id);
      if (what === 'reset') return ofWork(userId, id.split(':')[0]!);
      return what === 'approve' || what === 'recovery-code' ? ofApproval(id) : null;
    },

    /** Returns what keeps an act open, in the transaction of one of its rows. */
    keep:
      (agentId: string, userId: string, correlationId: string): Alongside =>
      (step) =>
        put(agentId, userId, correlationId, 0, step),

    /** Notes that an act changes something, before it does. */
    change: (agentId: string, userId: string, correlationId: string): Promise<void> =>
      changeStore(store, (step) => put(agentId, userId, correlationId, 1, step)),
  };
}
