import type { Clock } from '#clock';
import { withoutStandby } from '#database/portable-sql.ts';
import { tolerate } from '../../platform/store/failure.ts';
import { changeStore, lockPeople } from '../../platform/store/change-store.ts';
import { LONGEST_SESSION_MS, type Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { sha256, randomToken } from '../../platform/store/secrets.ts';
import type { Locale } from '#contract/locale/locales.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';
import { type MethodRecords, prepareFinds, readRecords, type Session, sessionColumns } from './session-rows.ts';
import { refuseEarlierSignIns } from './revocations.ts';
import { bindParts } from '../../platform/bind-parts.ts';

const IDLE_MS = 15 * 60_000;
/** The least time between two writes of a session's last activity, in ms. */
const TOUCH_MS = 60_000;
/** The most sessions of one person. At this number, a new session replaces one that was unused for `IN_USE_MS`. */
const MOST = 20;
const IN_USE_MS = 10 * 60_000;

export type { MethodRecords, Session };

type IdToken = Pick<Tables['sessions'], 'id_token'>;
export type NewSession = IdToken &
  Pick<
    Session,
    'user_id' | 'login' | 'name' | 'first_name' | 'locale' | 'time_zone' | 'auth_time' | 'agent' | 'address'
  >;

/** `frozenAt`: when the person was frozen (ms), or null. */
export type SessionState = { frozenAt: number | null; records: MethodRecords };

/** The store has only the hash of a session's 256-bit token. The token itself is in the browser's cookie. */
export type Sessions = ReturnType<typeof createSessions>;

/** `ended`: the pending writes, by session id, of sessions that ended while the store could not be written. */
type Parts = ReturnType<typeof prepareFinds> & {
  store: Store;
  clock: Clock;
  ended: Map<string, () => Promise<void>>;
};

const idleEnd = (session: Session) => Math.min(session.seen_at + IDLE_MS, session.ends_at);

async function startSession(
  { store, clock }: Parts,
  { id_token, ...fields }: NewSession,
  tx: Store = store,
): Promise<{ session: Session; token: string }> {
  const now = clock.now();
  const token = randomToken(32);
  const session: Session = {
    ...fields,
    id: randomToken(12),
    token_hash: sha256(token),
    created_at: now,
    seen_at: now,
    ends_at: now + LONGEST_SESSION_MS,
    verified_at: fields.auth_time,
  };
  await tx
    .insertInto('sessions')
    .values({ ...session, id_token })
    .execute();
  return { session, token };
}

/**
 * The caller has locked the person. `free`: no live session ended. `made`: one ended. `full`: all were used recently.
 */
async function makeRoom({ clock }: Parts, userId: string, tx: Store): Promise<'free' | 'made' | 'full'> {
  const personSessions = tx.selectFrom('sessions').select(['id', 'seen_at']).where('user_id', '=', userId);
  const all = await personSessions.orderBy('seen_at').execute();
  const surplus = all.slice(0, Math.max(0, all.length - MOST + 1));
  if (surplus.length === 0) return 'free';
  const idleMs = clock.now() - surplus.at(-1)!.seen_at;
  if (idleMs < IN_USE_MS) return 'full';
  const ids = surplus.map(({ id }) => id);
  await tx.deleteFrom('sessions').where('id', 'in', ids).execute();
  return idleMs < IDLE_MS ? 'made' : 'free';
}

/** `activity`: whether to record this call as the session's last activity. `hash`: of `token`, if the caller has it. */
async function findByToken(
  parts: Parts,
  token: string,
  activity: boolean,
  hash = sha256(token),
): Promise<Session | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const rows = await parts.byToken({ hash });
  if (rows[0] === undefined || parts.ended.has(rows[0].id)) return null;
  const found: Session = rows[0];
  found.records = readRecords(rows);
  const now = parts.clock.now();
  // A last activity in the future means that the clock was set back. The session would live too long.
  if (now >= idleEnd(found) || found.seen_at - now > SKEW_MS) {
    await tolerate(parts.store.deleteFrom('sessions').where('id', '=', found.id).execute());
    return null;
  }
  if (activity && now - found.seen_at >= TOUCH_MS) {
    // Otherwise, with a dead standby, this write would hold a connection that is kept free for reads.
    const touch = parts.store.updateTable('sessions').set({ seen_at: now }).where(withoutStandby(parts.store));
    const touched = touch.where('id', '=', found.id).execute();
    await tolerate(touched.then(() => (found.seen_at = now)));
  }
  return found;
}

/** Null if the session has ended or its cookie was replaced while the request waited for a lock or for its body. */
async function readState({ ended, state }: Parts, { id, token_hash: hash }: Session): Promise<SessionState | null> {
  const rows = await state({ id, hash });
  return rows[0] && !ended.has(id) ? { frozenAt: rows[0].frozen_at, records: readRecords(rows) } : null;
}

async function findLive(parts: Parts, id: string): Promise<Session | null> {
  const [found] = await parts.byId({ id });
  return found && !parts.ended.has(id) && parts.clock.now() < idleEnd(found) ? found : null;
}

async function findIdToken({ store }: Parts, id: string): Promise<string | null> {
  const row = await store.selectFrom('sessions').select('id_token').where('id', '=', id).executeTakeFirst();
  return row?.id_token ?? null;
}

/** Replaces the cookie's value, so a stolen older value becomes invalid (ASVS 7.2.4). Null if already replaced. */
async function renewSession(
  { store, clock }: Parts,
  session: Session,
  change: Partial<Pick<Session, 'auth_time' | 'verified_at'> & IdToken>,
  inTransaction?: (token: string, tx: Store) => Promise<void>,
): Promise<string | null> {
  const token = randomToken(32);
  const { id, token_hash: before } = session;
  return changeStore(store, async (tx) => {
    const values = { ...change, token_hash: sha256(token), seen_at: clock.now() };
    const renewed = await tx
      .updateTable('sessions')
      .set(values)
      .where('id', '=', id)
      .where('token_hash', '=', before)
      .executeTakeFirst();
    if (renewed.numUpdatedRows === 0n) return null;
    await inTransaction?.(token, tx);
    return token;
  });
}

async function listSessions(parts: Parts, userId: string): Promise<Session[]> {
  const all = await parts.store
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('user_id', '=', userId)
    .orderBy('seen_at', 'desc')
    .execute();
  return all.filter((session) => parts.clock.now() < idleEnd(session) && !parts.ended.has(session.id));
}

async function endSession(userId: string, id: string, tx: Store): Promise<boolean> {
  await lockPeople(tx, userId);
  const gone = await tx.deleteFrom('sessions').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

async function setLocale({ store }: Parts, userId: string, locale: Locale, tx: Store = store): Promise<void> {
  await tx.updateTable('sessions').set({ locale }).where('user_id', '=', userId).execute();
}

/** Ends a session in this process at once, and in the store as soon as it can be written. Then calls `record`. */
async function endSessionNow(
  { store, ended }: Parts,
  { id, user_id }: Session,
  record: () => Promise<void>,
): Promise<void> {
  let gone = false;
  ended.set(id, async () => {
    const { numDeletedRows } = await store
      .deleteFrom('sessions')
      .where('user_id', '=', user_id)
      .where('id', '=', id)
      .executeTakeFirst();
    gone ||= numDeletedRows > 0n;
    // If another request deleted the session first, that request has recorded the end.
    if (gone) await record();
    ended.delete(id);
  });
  await tolerate(ended.get(id)!());
}

async function endPending({ ended }: Parts): Promise<void> {
  for (const write of ended.values()) await tolerate(write());
}

const refuseEarlier = ({ store, clock }: Parts, userId: string): Promise<void> =>
  changeStore(store, (tx) => refuseEarlierSignIns(userId, clock.now(), tx));

/** Unlike `endSessions`, does not refuse earlier sign-ins. */
async function endAllSessions({ store }: Parts, userId: string): Promise<void> {
  await store.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

export const createSessions = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock, ended: new Map<string, () => Promise<void>>(), ...prepareFinds(store) },
    {
      start: startSession,
      makeRoom,
      find: findByToken,
      readState,
      live: findLive,
      idToken: findIdToken,
      renew: renewSession,
      list: listSessions,
      setLocale,
      endNow: endSessionNow,
      endPending,
      refuseEarlierSignIns: refuseEarlier,
      endAll: endAllSessions,
    },
  ),
  idleEnd,
  end: endSession,
});
