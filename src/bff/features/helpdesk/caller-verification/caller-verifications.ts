import { sql } from 'kysely';
import type { CallerVerification } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { addTask } from '../../../platform/lifecycle/tasks.ts';
import { changeStore, lockPeople, type RunTransaction } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { randomToken } from '../../../platform/store/secrets.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { SURE_ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { claimRead } from '../../factors/verification/transactions.ts';
import { assertNoneFrozen } from '../../../identity/users/assert-none-frozen.ts';
import { presentChoice } from './verification-choice.ts';
import { getSealContext, ownPage, readRow, type Parts, type Row, type StoredCallerVerification } from './own-page.ts';

export type { StoredCallerVerification } from './own-page.ts';

/** How long a verified caller stays verified, for one reset. */
const GOOD_MS = 15 * 60_000;
/** How long the caller has to answer on their own page, and then to speak the code. */
const ANSWER_MS = 10 * 60_000;
const TRIES = 5;
const DAY_MS = 24 * 60 * 60_000;

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
    /** Whether the person was frozen when the choice was checked. If they are frozen only now, nothing is stored. */
    frozen?: boolean;
  };

/** Returns when a verified caller was verified (milliseconds). */
export const verifiedAt = ({ expires_at }: Pick<StoredCallerVerification, 'expires_at'>): number =>
  expires_at - GOOD_MS;

/**
 * Returns whether the caller answered on their own page with a method that the thief of a phone number has too. Such an
 * answer verifies them only together with an approver.
 */
export const isWeak = ({ type, strength }: Pick<StoredCallerVerification, 'type' | 'strength'>): boolean =>
  type === 'own-session' && (strength ?? 0) < SURE_ANSWER_STRENGTH;

export type CallerVerifications = ReturnType<typeof createCallerVerifications>;

const readRowOrNull = (row: Row | undefined): StoredCallerVerification | null => (row ? readRow(row) : null);

const ofAgent = ({ store }: Parts, agentId: string, userId: string) =>
  store.selectFrom('caller_verifications').selectAll().where('agent_id', '=', agentId).where('user_id', '=', userId);

/**
 * @param run runs the transaction that stores it
 * @param before runs in it
 */
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

/** Returns this agent's waiting verifications of a person, of one type. */
async function listWaiting(parts: Parts, about: Pick<New, 'agent_id' | 'user_id' | 'type'>) {
  const rows = await ofAgent(parts, about.agent_id, about.user_id)
    .where('type', '=', about.type)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', parts.clock.now())
    .execute();
  return rows.map((row) => readRowOrNull(row)!);
}

/**
 * Starts a verification that waits for an answer. It ends earlier ones of the same agent, person and type.
 * @param until when a push expires, in milliseconds
 * @param run runs the transaction, if it is recorded in it
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

/**
 * Returns the pushes to a person whose end nobody has read, of the last day.
 * @param id only this one
 */
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

/** Ends the pushes that wait at these factors, in the transaction of the reset that removed them. */
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

/** Stores what the agent attests; it is verified at once. */
const attest = (parts: Parts, about: New, run?: RunTransaction): Promise<StoredCallerVerification> =>
  keep(parts, about, 'verified', GOOD_MS, run);

/**
 * Returns this agent's own verification of this person, or null: those of other agents look as if they did not
 * exist.
 */
async function find(parts: Parts, agentId: string, userId: string, id: string) {
  return readRowOrNull(await ofAgent(parts, agentId, userId).where('id', '=', id).executeTakeFirst());
}

/** Returns whether it is time to read the push at Okta. It returns true to one caller only. */
const claim = ({ store, clock }: Parts, { id }: StoredCallerVerification): Promise<boolean> =>
  claimRead(store, 'caller_verifications', id, clock.now());

/**
 * Ends the waiting. The first call decides; all others return false.
 * @param tx the transaction to use
 */
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
 * Compares a spoken code with the one that was shown. It uses a try first, so that parallel guesses count. Returns
 * null when no try is left, or no code was shown.
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

/**
 * Uses a verification for one reset, atomically. Returns null when there is no valid one.
 * @param tx the transaction to use
 */
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
 * Restores a used verification when its reset certainly did not happen. If the person denied it meanwhile, it is
 * denied; if a freeze came, withdrawn.
 * @param tx the transaction to use
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

/** Returns the verification as the API shows it, without the code. */
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

/**
 * Creates the caller verifications. Each belongs to one agent and one person, leaves `waiting` once, and is used once.
 * The code that the caller speaks is stored as an HMAC under `SESSION_SECRET` and has five tries.
 */
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
