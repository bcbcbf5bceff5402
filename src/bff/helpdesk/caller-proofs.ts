import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { CallerProof } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import { randomToken } from '../store/secrets.ts';
import type { Sealer } from '../store/secrets.ts';
import { assertNoneFrozen } from './freezes.ts';
import { spokenCode } from './spoken-code.ts';

/** A proven caller stays proven this long, for one reset. */
const GOOD_MS = 15 * 60_000;
/** How long the caller has to answer on their own page; and then to speak the code. */
const ANSWER_MS = 10 * 60_000;
const CODE_MS = 5 * 60_000;
const TRIES = 5;
/** The org is asked how a push stands no oftener than this. */
const ASK_MS = 4000;
const KEPT_MS = 24 * 60 * 60_000;

type Row = Selectable<Tables['caller_proofs']>;
/**
 * One way in which one caller showed, or is to show, one agent who they are. `methods`: what they are told is about to
 * be reset.
 */
export type Caller = Omit<Row, 'methods'> & { methods: { id: string; name: string }[] };
type New = Pick<Caller, 'agent_id' | 'agent_name' | 'user_id' | 'way'> &
  Partial<Pick<Caller, 'factor_id' | 'transaction_id' | 'number' | 'methods' | 'all'>>;

export type CallerProofs = ReturnType<typeof createCallerProofs>;

/**
 * How callers showed who they are. Each belongs to the agent who asked and to one person, leaves `waiting` once, and is
 * used once. The code that the caller speaks is kept as an HMAC under `SESSION_SECRET`, and is worth five tries.
 */
export function createCallerProofs(store: Store, clock: Clock, sealer: Pick<Sealer, 'mac' | 'matches'>) {
  const contextOf = (id: string) => `caller verification code ${id}`;
  const read = (row: Row | undefined): Caller | null =>
    row ? { ...row, methods: JSON.parse(row.methods) as Caller['methods'] } : null;

  const ofAgent = (agentId: string, userId: string) =>
    store.selectFrom('caller_proofs').selectAll().where('agent_id', '=', agentId).where('user_id', '=', userId);

  async function keep(about: New, status: Row['status'], lasts: number): Promise<Caller> {
    const now = clock.now();
    await store
      .deleteFrom('caller_proofs')
      .where('created_at', '<', now - KEPT_MS)
      .execute();
    const row: Row = {
      id: randomToken(12),
      factor_id: null,
      transaction_id: null,
      number: null,
      all: 0,
      ...about,
      methods: JSON.stringify(about.methods ?? []),
      status,
      code_mac: null,
      tries_left: TRIES,
      created_at: now,
      asked_at: now,
      expires_at: now + lasts,
    };
    await store.transaction().execute(async (step) => {
      await assertNoneFrozen(step, [about.agent_id]);
      await step.insertInto('caller_proofs').values(row).execute();
    });
    return read(row)!;
  }

  /** Those of a person that wait for an answer on their own page. */
  const waitingFor = (userId: string) =>
    store
      .selectFrom('caller_proofs')
      .selectAll()
      .where('user_id', '=', userId)
      .where('way', '=', 'own-session')
      .where('status', '=', 'waiting')
      .where('code_mac', 'is', null)
      .where('expires_at', '>', clock.now())
      .orderBy('created_at', 'desc');

  return {
    /** Those of a person that this agent waits for in one way. */
    async waiting({ agent_id, user_id, way }: Pick<New, 'agent_id' | 'user_id' | 'way'>): Promise<Caller[]> {
      const rows = await ofAgent(agent_id, user_id)
        .where('way', '=', way)
        .where('status', '=', 'waiting')
        .where('expires_at', '>', clock.now())
        .execute();
      return rows.map((row) => read(row)!);
    },

    /**
     * Waits for an answer; one that the same agent asked the same person before, in the same way, is over.
     * @param until milliseconds, a push's own end.
     */
    async ask(about: New, until: number | null = null): Promise<Caller> {
      await store
        .updateTable('caller_proofs')
        .set({ status: 'expired' })
        .where('agent_id', '=', about.agent_id)
        .where('user_id', '=', about.user_id)
        .where('way', '=', about.way)
        .where('status', '=', 'waiting')
        .execute();
      return keep(about, 'waiting', until === null ? ANSWER_MS : until - clock.now());
    },

    /** What the agent attests, proven at once. */
    attest: (about: New): Promise<Caller> => keep(about, 'proven', GOOD_MS),

    /** This agent's own about this person, or null: another's and none are the same. */
    async find(agentId: string, userId: string, id: string): Promise<Caller | null> {
      return read(await ofAgent(agentId, userId).where('id', '=', id).executeTakeFirst());
    },

    /** Whether it is time to ask the org how a push stands, and the asker is the one who does. */
    async claim({ id }: Caller): Promise<boolean> {
      const now = clock.now();
      const claimed = await store
        .updateTable('caller_proofs')
        .set({ asked_at: now })
        .where('id', '=', id)
        .where('status', '=', 'waiting')
        .where('asked_at', '<=', now - ASK_MS)
        .executeTakeFirst();
      return claimed.numUpdatedRows > 0n;
    },

    /**
     * Ends the waiting. Whoever comes first decides; false for everybody else.
     * @param step the transaction it stands or falls with.
     */
    async settle(
      { id }: Pick<Caller, 'id'>,
      status: 'proven' | 'denied' | 'expired',
      step: Store = store,
    ): Promise<boolean> {
      const settled = await step
        .updateTable('caller_proofs')
        .set({ status, code_mac: null, ...(status === 'proven' && { expires_at: clock.now() + GOOD_MS }) })
        .where('id', '=', id)
        .where('status', '=', 'waiting')
        .executeTakeFirst();
      return settled.numUpdatedRows > 0n;
    },

    /** The questions of the desk's that wait for this person. */
    async of(userId: string): Promise<Caller[]> {
      return (await waitingFor(userId).execute()).map((row) => read(row)!);
    },

    async countOf(userId: string): Promise<number> {
      return (await waitingFor(userId).execute()).length;
    },

    /** Makes the code that the caller speaks, once. Null when somebody answered before, or the time is over. */
    async giveCode(
      userId: string,
      id: string,
      step: Store = store,
    ): Promise<{ code: string; expiresAt: number } | null> {
      const now = clock.now();
      const code = spokenCode();
      const expires_at = now + CODE_MS;
      const given = await step
        .updateTable('caller_proofs')
        .set({ code_mac: sealer.mac(code, contextOf(id)), expires_at })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('way', '=', 'own-session')
        .where('status', '=', 'waiting')
        .where('code_mac', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return given.numUpdatedRows > 0n ? { code, expiresAt: expires_at } : null;
    },

    /**
     * Holds a spoken code against the one that was shown; takes a try first, so that parallel guesses are counted. Null
     * when none is left, or none was shown.
     */
    async tryCode({ id }: Caller, code: string): Promise<{ right: boolean; triesLeft: number } | null> {
      const tried = await store
        .updateTable('caller_proofs')
        .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
        .where('id', '=', id)
        .where('status', '=', 'waiting')
        .where('code_mac', 'is not', null)
        .where('tries_left', '>', 0)
        .where('expires_at', '>', clock.now())
        .returning(['code_mac', 'tries_left'])
        .executeTakeFirst();
      return tried
        ? { right: sealer.matches(tried.code_mac!, code, contextOf(id)), triesLeft: tried.tries_left }
        : null;
    },

    /**
     * Uses a proof up for one reset, atomically. Null when there is none that holds.
     * @param step the transaction it stands or falls with.
     */
    async spend(agentId: string, userId: string, id: string, step: Store = store): Promise<Caller | null> {
      const spent = await step
        .updateTable('caller_proofs')
        .set({ status: 'used' })
        .where('id', '=', id)
        .where('agent_id', '=', agentId)
        .where('user_id', '=', userId)
        .where('status', '=', 'proven')
        .where('expires_at', '>', clock.now())
        .returningAll()
        .executeTakeFirst();
      return read(spent);
    },

    /**
     * Gives a used one back when what it was used for certainly did not happen; withdrawn, where a freeze came
     * meanwhile.
     */
    async restore(id: string): Promise<void> {
      await sql`
        UPDATE caller_proofs SET status = iif(
          EXISTS (SELECT 1 FROM freezes WHERE user_id IN (agent_id, caller_proofs.user_id) AND pressed_at >= created_at), 'withdrawn', 'proven')
        WHERE id = ${id} AND status = 'used'`.execute(store);
    },

    /**
     * Whether the caller was told of all that is about to be reset: whoever said yes to one thing did not say yes to
     * more.
     */
    covers: ({ way, all, methods }: Caller, wanted: readonly string[] | 'all'): boolean =>
      way !== 'own-session' ||
      all === 1 ||
      (wanted !== 'all' && wanted.every((id) => methods.some((told) => told.id === id))),

    /** The one way in which one leaves the BFF: the code is not in it. */
    present({ id, way, status, number, tries_left, code_mac, expires_at }: Caller): CallerProof {
      const over = (status === 'waiting' || status === 'proven') && clock.now() >= expires_at;
      const waits = status === 'waiting' && !over;
      return {
        id,
        way,
        status: over ? 'expired' : status,
        number: waits ? number : null,
        triesLeft: waits && code_mac !== null ? tries_left : null,
        expiresAt: new Date(expires_at).toISOString(),
        needsApproval: way === 'call-back',
      };
    },
  };
}
