import { sql } from 'kysely';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import { addTask } from '../../../platform/lifecycle/tasks.ts';
import { changeStore, lockPeople, type RunTransaction } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { randomToken } from '../../../platform/store/secrets.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { SURE_ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { claimRead } from '../../factors/verification/transactions.ts';
import { assertNoneFrozen } from '../../../identity/users/assert-not-frozen.ts';
import { presentChoice } from './verification-choice.ts';
import { getSealContext, ownPage, readRow, type Parts, type Row, type StoredCallerVerification } from './own-page.ts';

export type { StoredCallerVerification } from './own-page.ts';

/** A verified caller stays verified for this time, and for one reset. */
const GOOD_MS = 15 * 60_000;
/** The time to answer on the person's own page. */
const ANSWER_MS = 10 * 60_000;
const TRIES = 5;

type New = Pick<
  StoredCallerVerification,
  'agent_id' | 'agent_name' | 'user_id' | 'type' | 'methods' | 'all' | 'reason'
> &
  Partial<
    Pick<
      StoredCallerVerification,
      'factor_id' | 'transaction_id' | 'number' | 'strength' | 'correlation_id' | 'used' | 'doubt'
    >
  > & {
    /** Whether the person was frozen at the check of the choice. If they were frozen after it, nothing is stored. */
    frozen?: boolean;
  };

/** Returns ms since 1970. */
export const verifiedAt = ({ expires_at }: Pick<StoredCallerVerification, 'expires_at'>): number =>
  expires_at - GOOD_MS;

/** The thief of a phone number could have answered with a method of this strength, so a reset needs an approver. */
export const isWeak = ({ type, strength }: Pick<StoredCallerVerification, 'type' | 'strength'>): boolean =>
  type === 'own-session' && (strength ?? 0) < SURE_ANSWER_STRENGTH;

export type CallerVerifications = ReturnType<typeof createCallerVerifications>;

const readRowOrNull = (row: Row | undefined): StoredCallerVerification | null => (row ? readRow(row) : null);

const ofAgent = ({ store }: Parts, agentId: string, userId: string) =>
  store.selectFrom('caller_verifications').selectAll().where('agent_id', '=', agentId).where('user_id', '=', userId);

/** `run` runs the transaction that stores the row. `before` is its first step. */
async function keep(
  { store, clock }: Parts,
  { frozen, ...about }: New,
  status: Row['status'],
  lasts: number,
  run: RunTransaction = (work) => changeStore(store, work),
  before: (tx: Store) => Promise<unknown> = async () => {},
): Promise<StoredCallerVerification> {
  const now = clock.now();
  const row: Row = {
    id: randomToken(12),
    factor_id: null,
    transaction_id: null,
    number: null,
    strength: null,
    correlation_id: null,
    denied_at: null,
    doubt: null,
    ...about,
    methods: JSON.stringify(about.methods),
    used: about.used ? JSON.stringify(about.used) : null,
    status,
    code_mac: null,
    tries_left: TRIES,
    created_at: now,
    asked_at: now,
    expires_at: now + lasts,
  };
  await run(async (tx) => {
    await lockPeople(tx, about.agent_id, about.user_id);
    await assertNoneFrozen(tx, [about.agent_id, frozen === false ? about.user_id : null]);
    await before(tx);
    await tx.insertInto('caller_verifications').values(row).execute();
    const task = { id: `push ${row.id}`, kind: 'push', user_id: row.user_id, details: row.id } as const;
    if (row.type === 'push') await addTask(tx, now, task);
  });
  return readRowOrNull(row)!;
}

async function listWaiting(parts: Parts, about: Pick<New, 'agent_id' | 'user_id' | 'type'>) {
  const rows = await ofAgent(parts, about.agent_id, about.user_id)
    .where('type', '=', about.type)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', parts.clock.now())
    .execute();
  return rows.map((row) => readRowOrNull(row)!);
}

/**
 * Ends earlier verifications with the same agent, person and type.
 * `until`: when a push expires (ms since 1970). Null for other types.
 */
async function start(parts: Parts, about: New, until: number | null = null, run?: RunTransaction) {
  return keep(parts, about, 'waiting', until === null ? ANSWER_MS : until - parts.clock.now(), run, (tx) =>
    tx
      .updateTable('caller_verifications')
      .set({ status: 'expired' })
      .where('agent_id', '=', about.agent_id)
      .where('user_id', '=', about.user_id)
      .where('type', '=', about.type)
      .where('status', '=', 'waiting')
      .execute(),
  );
}

/** Returns pushes of the last day whose result the portal has not read. */
async function listUnreadPushes({ store, clock }: Parts, userId: string, id?: string) {
  let unread = store
    .selectFrom('caller_verifications')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', clock.now() - DAY_MS)
    .where('type', '=', 'push')
    .where('status', '=', 'waiting');
  if (id !== undefined) unread = unread.where('id', '=', id);
  return (await unread.execute()).map((row) => readRowOrNull(row)!);
}

async function expirePushes(userId: string, factorIds: readonly string[], tx: Store): Promise<void> {
  if (factorIds.length === 0) return;
  await tx
    .updateTable('caller_verifications')
    .set({ status: 'expired' })
    .where('user_id', '=', userId)
    .where('type', '=', 'push')
    .where('status', '=', 'waiting')
    .where('factor_id', 'in', factorIds)
    .execute();
}

/** The agent's claim alone verifies the caller. */
const attest = (parts: Parts, about: New, run?: RunTransaction): Promise<StoredCallerVerification> =>
  keep(parts, about, 'verified', GOOD_MS, run);

/** Returns null for another agent's verification. */
async function find(parts: Parts, agentId: string, userId: string, id: string) {
  return readRowOrNull(await ofAgent(parts, agentId, userId).where('id', '=', id).executeTakeFirst());
}

/** Returns true for only one request within four seconds. */
const claim = ({ store, clock }: Parts, { id }: StoredCallerVerification): Promise<boolean> =>
  claimRead(store, 'caller_verifications', id, clock.now());

/** Returns false if the verification has already ended. */
async function close(
  { store, clock }: Parts,
  { id }: Pick<StoredCallerVerification, 'id'>,
  status: 'verified' | 'denied' | 'expired',
  tx: Store = store,
): Promise<boolean> {
  const closed = await tx
    .updateTable('caller_verifications')
    .set({ status, code_mac: null, ...(status === 'verified' && { expires_at: clock.now() + GOOD_MS }) })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}

/**
 * Counts the try before the comparison, so that parallel guesses all count.
 * Returns null if no try is left, no code was issued, or the code has expired.
 */
async function checkCode({ store, clock, sealer }: Parts, { id }: StoredCallerVerification, code: string) {
  const tried = await store
    .updateTable('caller_verifications')
    .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .where('code_mac', 'is not', null)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', clock.now())
    .returning(['code_mac', 'tries_left'])
    .executeTakeFirst();
  return tried
    ? { right: sealer.matches(tried.code_mac!, code, getSealContext(id)), triesLeft: tried.tries_left }
    : null;
}

/** Returns null if the verification is unknown, used or no longer valid. */
async function consume({ store, clock }: Parts, agentId: string, userId: string, id: string, tx: Store = store) {
  const consumed = await tx
    .updateTable('caller_verifications')
    .set({ status: 'used' })
    .where('id', '=', id)
    .where('agent_id', '=', agentId)
    .where('user_id', '=', userId)
    .where('status', '=', 'verified')
    .where('expires_at', '>', clock.now())
    .returningAll()
    .executeTakeFirst();
  return readRowOrNull(consumed);
}

/**
 * For a reset that certainly did not happen. A verification that the person has denied cannot be used again, and
 * neither can one from before a freeze of the person or the agent.
 */
async function restore(id: string, tx: Store): Promise<void> {
  const people = tx.selectFrom('caller_verifications').select(['agent_id', 'user_id']).where('id', '=', id);
  const whose = await people.executeTakeFirst();
  await lockPeople(tx, whose?.agent_id, whose?.user_id);
  await sql`
    UPDATE caller_verifications SET status = CASE WHEN denied_at IS NOT NULL THEN 'denied' WHEN
      EXISTS (SELECT 1 FROM freezes
        WHERE user_id IN (agent_id, caller_verifications.user_id) AND requested_at >= created_at)
      THEN 'withdrawn' ELSE 'verified' END
    WHERE id = ${id} AND status = 'used'`.execute(tx);
}

function present({ clock }: Parts, verification: StoredCallerVerification): CallerVerification {
  const { id, type, number, tries_left, code_mac, expires_at, reason } = verification;
  const status = verification.denied_at === null ? verification.status : 'denied';
  const over = (status === 'waiting' || status === 'verified') && clock.now() >= expires_at;
  const waits = status === 'waiting' && !over;
  return {
    id,
    type,
    status: over ? 'expired' : status,
    number: waits ? number : null,
    called: verification.used[0]?.number ?? null,
    triesLeft: waits && code_mac !== null ? tries_left : null,
    expiresAt: new Date(expires_at).toISOString(),
    choice: presentChoice(verification),
    doubt: verification.doubt,
    needsApproval:
      (type === 'call-back' && reason !== 'locked-out') ||
      verification.doubt !== null ||
      (status !== 'waiting' && isWeak(verification)),
  };
}

/** The spoken code is stored as an HMAC under `SESSION_SECRET` and allows five tries. */
export const createCallerVerifications = (store: Store, clock: Clock, sealer: Parts['sealer']) => ({
  ...bindParts(
    { store, clock, sealer },
    {
      waiting: listWaiting,
      start,
      unreadPushes: listUnreadPushes,
      attest,
      find,
      claim,
      close,
      checkCode,
      consume,
      present,
      ...ownPage,
    },
  ),
  expirePushes,
  restore,
});
