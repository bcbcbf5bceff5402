import type { Clock } from '#clock';
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
/** The least time between two writes of a session's last activity, in milliseconds. */
const TOUCH_MS = 60_000;
/**
 * The most sessions of one person. Beyond this number, a new session ends the session that was unused longest, unless
 * that session was used in the last `IN_USE_MS`.
 */
const MOST = 20;
const IN_USE_MS = 10 * 60_000;

export type { MethodRecords, Session };

type IdToken = Pick<Tables['sessions'], 'id_token'>;
export type NewSession = IdToken &
  Pick<
    Session,
    'user_id' | 'login' | 'name' | 'first_name' | 'locale' | 'time_zone' | 'auth_time' | 'agent' | 'address'
  >;

/**
 * `frozenAt`: when the session's person was frozen (ms), or null. `records`: what the store has about their methods.
 */
export type SessionState = { frozenAt: number | null; records: MethodRecords };

/** The store keeps the hash of a session's opaque 256-bit token; the token itself is only in the browser's cookie. */
export type Sessions = ReturnType<typeof createSessions>;

/** `ended`: the pending writes, by session id, of sessions that ended while the store could not be written. */
type Parts = ReturnType<typeof prepareFinds> & {
  store: Store;
  clock: Clock;
  ended: Map<string, () => Promise<void>>;
};

/** When a session ends without further activity, in milliseconds. */
const idleEnd = (session: Session) => Math.min(session.seen_at + IDLE_MS, session.ends_at);

/** Starts a session, in the transaction `tx` if given. Returns the session and the cookie's value. */
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
 * Makes room for one more session of a person, whom the transaction has locked.
 * @returns `free`: there was room; `made`: the session unused longest was ended; `full`: all were used recently
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

/**
 * Returns the live session of a cookie's value, or null.
 * @param activity whether to store now as the session's last activity
 * @param hash of the value, if the caller has it
 */
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
    const touch = parts.store.updateTable('sessions').set({ seen_at: now }).where('id', '=', found.id).execute();
    await tolerate(touch.then(() => (found.seen_at = now)));
  }
  return found;
}

/**
 * Reads the current state of the session that a request arrived with, because the request may have waited for a lock or
 * for its body. Null if the session has ended, or its cookie was replaced.
 */
async function readState({ ended, state }: Parts, { id, token_hash: hash }: Session): Promise<SessionState | null> {
  const rows = await state({ id, hash });
  return rows[0] && !ended.has(id) ? { frozenAt: rows[0].frozen_at, records: readRecords(rows) } : null;
}

/** Returns a session by its id as it is now, or null when it has ended. */
async function findLive(parts: Parts, id: string): Promise<Session | null> {
  const [found] = await parts.byId({ id });
  return found && !parts.ended.has(id) && parts.clock.now() < idleEnd(found) ? found : null;
}

/** Returns a session's sealed ID token, or null when the session has ended. */
async function findIdToken({ store }: Parts, id: string): Promise<string | null> {
  const row = await store.selectFrom('sessions').select('id_token').where('id', '=', id).executeTakeFirst();
  return row?.id_token ?? null;
}

/**
 * Replaces the cookie's value after a step-up, so a stolen older value becomes invalid (ASVS 7.2.4). Returns the new
 * value, or null if the cookie of `session` was already replaced.
 * @param inTransaction a write in the same transaction; gets the new value
 */
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

/** The live sessions of one person, newest activity first. */
async function listSessions(parts: Parts, userId: string): Promise<Session[]> {
  const all = await parts.store
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('user_id', '=', userId)
    .orderBy('seen_at', 'desc')
    .execute();
  return all.filter((session) => parts.clock.now() < idleEnd(session) && !parts.ended.has(session.id));
}

/**
 * Ends one of this person's sessions, in the transaction `tx`; false when there is none with that id.
 */
async function endSession(userId: string, id: string, tx: Store): Promise<boolean> {
  await lockPeople(tx, userId);
  const gone = await tx.deleteFrom('sessions').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** Sets the language of all of a person's sessions, in the transaction `tx` if given. */
async function setLocale({ store }: Parts, userId: string, locale: Locale, tx: Store = store): Promise<void> {
  await tx.updateTable('sessions').set({ locale }).where('user_id', '=', userId).execute();
}

/**
 * Ends a session in this process at once. As soon as the store can be written, deletes the session there and calls
 * `record`.
 */
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

/** Runs the writes in `ended`, so the store learns of sessions that ended while it could not be written. */
async function endPending({ ended }: Parts): Promise<void> {
  for (const write of ended.values()) await tolerate(write());
}

/** Refuses sign-ins of a person from before now, in a transaction of its own. */
const refuseEarlier = ({ store, clock }: Parts, userId: string): Promise<void> =>
  changeStore(store, (tx) => refuseEarlierSignIns(userId, clock.now(), tx));

/** Ends a person's sessions. Unlike `endSessions`, it does not refuse earlier sign-ins. */
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
