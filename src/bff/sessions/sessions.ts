import type { Selectable } from 'kysely';
import type { Clock } from '#clock';
import { tolerate } from '../store/failure.ts';
import { LONGEST_SESSION_MS } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import { hashOf, randomToken } from '../store/secrets.ts';

const IDLE_MS = 15 * 60_000;
/** Activity is written down at most this often. */
const TOUCH_MS = 60_000;
/** How far the clocks of two portals on one store may be apart. */
const SKEW_MS = 60_000;

export type Session = Selectable<Tables['sessions']>;

export type NewSession = Pick<
  Session,
  'user_id' | 'login' | 'name' | 'first_name' | 'auth_time' | 'id_token' | 'agent'
>;

/**
 * Sessions live in the store as the hash of an opaque 256-bit id; the id itself is only ever in the browser's cookie.
 */
export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(store: Store, clock: Clock) {
  /** Sessions that are over although the store could not be told yet, with what is still to be written there. */
  const ended = new Map<string, () => Promise<void>>();

  const idleEnd = (session: Session) => Math.min(session.seen_at + IDLE_MS, session.ends_at);

  // Asked at every request, so compiled once.
  const byToken = store.selectFrom('sessions').selectAll().where('token_hash', '=', '').compile();

  return {
    /** When it ends if nothing is done from now on; milliseconds. */
    idleEnd,

    /** Starts one, in `step` where one is given, and returns it with the cookie's value. */
    async start(about: NewSession, step: Store = store): Promise<{ session: Session; token: string }> {
      const now = clock.now();
      const token = randomToken(32);
      const session: Session = {
        ...about,
        id: randomToken(12),
        token_hash: hashOf(token),
        created_at: now,
        seen_at: now,
        ends_at: now + LONGEST_SESSION_MS,
        verified_at: about.auth_time,
      };
      await step.deleteFrom('sessions').where('ends_at', '<=', now).execute();
      await step.insertInto('sessions').values(session).execute();
      return { session, token };
    },

    /** The live session of a cookie's value, or null. `activity` keeps it alive. */
    async find(token: string, activity: boolean): Promise<Session | null> {
      if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
      const { rows } = await store.executeQuery<Session>({ ...byToken, parameters: [hashOf(token)] });
      const [found] = rows;
      if (!found || ended.has(found.id)) return null;
      const now = clock.now();
      // Seen later than now: the clock was put back, and would let the session live longer.
      if (now >= idleEnd(found) || found.seen_at - now > SKEW_MS) {
        await tolerate(store.deleteFrom('sessions').where('id', '=', found.id).execute());
        return null;
      }
      if (activity && now - found.seen_at >= TOUCH_MS) {
        const seen = store.updateTable('sessions').set({ seen_at: now }).where('id', '=', found.id).execute();
        await tolerate(seen.then(() => (found.seen_at = now)));
      }
      return found;
    },

    /**
     * Whether a session found earlier is still there, with the cookie it was found by: either may have ended while its
     * request waited, or while its body was sent.
     */
    async alive({ id, token_hash }: Session): Promise<boolean> {
      const row = await store.selectFrom('sessions').select('token_hash').where('id', '=', id).executeTakeFirst();
      return row?.token_hash === token_hash && !ended.has(id);
    },

    /** A session by its id, as it is now, or null when it is over. */
    async live(id: string): Promise<Session | null> {
      const found = await store.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      return found && !ended.has(id) && clock.now() < idleEnd(found) ? found : null;
    },

    /**
     * Replaces the cookie's value after a proof, so that a stolen earlier one is dead (ASVS 7.2.4). Returns the new
     * one, or null where the cookie that the session was found by is dead itself by now.
     * @param alongside stands in the same transaction
     */
    async renew(
      session: Session,
      change: Partial<Pick<Session, 'auth_time' | 'verified_at' | 'id_token'>>,
      alongside?: (token: string, step: Store) => Promise<void>,
    ): Promise<string | null> {
      const token = randomToken(32);
      const { id, token_hash: before } = session;
      return store.transaction().execute(async (step) => {
        const values = { ...change, token_hash: hashOf(token), seen_at: clock.now() };
        const renewed = await step
          .updateTable('sessions')
          .set(values)
          .where('id', '=', id)
          .where('token_hash', '=', before)
          .executeTakeFirst();
        if (renewed.numUpdatedRows === 0n) return null;
        await alongside?.(token, step);
        return token;
      });
    },

    /** The live sessions of one person, newest activity first. */
    async list(userId: string): Promise<Session[]> {
      const all = await store
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('seen_at', 'desc')
        .execute();
      return all.filter((session) => clock.now() < idleEnd(session) && !ended.has(session.id));
    },

    /** Ends one of this person's sessions, in `step` where one is given; false when there is none of that id. */
    async end(userId: string, id: string, step: Store = store): Promise<boolean> {
      const gone = await step
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .executeTakeFirst();
      return gone.numDeletedRows > 0n;
    },

    /** Ends a session at once, here; in the store, with `record` of it, as soon as that can be written. */
    async endNow({ id, user_id }: Session, record: () => Promise<void>): Promise<void> {
      let gone = false;
      ended.set(id, async () => {
        const { numDeletedRows } = await store
          .deleteFrom('sessions')
          .where('user_id', '=', user_id)
          .where('id', '=', id)
          .executeTakeFirst();
        gone ||= numDeletedRows > 0n;
        // Somebody else ended it, and has said so.
        if (gone) await record();
        ended.delete(id);
      });
      await tolerate(ended.get(id)!());
    },

    /** Writes what the store could not take before. */
    async endPending(): Promise<void> {
      for (const write of ended.values()) await tolerate(write());
    },

    /** Ends those that are there; `endSessionsOf` keeps others from beginning by a sign-in from before. */
    async endAll(userId: string): Promise<void> {
      await store.deleteFrom('sessions').where('user_id', '=', userId).execute();
    },
  };
}
