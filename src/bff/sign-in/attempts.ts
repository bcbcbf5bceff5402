import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import type { Sealer } from '../store/secrets.ts';
import { hashOf, randomToken } from '../store/secrets.ts';
import type { Attempt } from './provider.ts';

export const ATTEMPT_MS = 10 * 60_000;

/** What an attempt to sign in will do when it comes back. */
export type Pending = Attempt & {
  returnTo: string;
  startedAt: number;
  /** Set when a signed-in person proves that it is them: for this session, this purpose, at least this strong. */
  proof: { sessionId: string; userId: string; purpose: string; strength: number; acr: string | null } | null;
};

export type Attempts = ReturnType<typeof createAttempts>;

/** Attempts to sign in, each used once, only by the browser that began it, for 10 minutes. */
export function createAttempts(store: Store, clock: Clock, sealer: Sealer) {
  return {
    /** Keeps one; returns the secret that goes to the browser's cookie. */
    async keep(pending: Pending): Promise<string> {
      const secret = randomToken(32);
      const now = clock.now();
      const state_hash = hashOf(pending.state);
      await store.deleteFrom('sign_ins').where('expires_at', '<=', now).execute();
      await store
        .insertInto('sign_ins')
        .values({
          state_hash,
          browser_hash: hashOf(secret),
          data: sealer.seal(JSON.stringify(pending), `sign-in ${state_hash}`),
          expires_at: now + ATTEMPT_MS,
        })
        .execute();
      return secret;
    },

    /** Takes the attempt of a state out of the store; null when there is none, it is too old, or another browser's. */
    async take(state: string, secret: string): Promise<Pending | null> {
      const state_hash = hashOf(state);
      const row = await store
        .deleteFrom('sign_ins')
        .where('state_hash', '=', state_hash)
        .where('browser_hash', '=', hashOf(secret))
        .where('expires_at', '>', clock.now())
        .returningAll()
        .executeTakeFirst();
      const data = row && sealer.open(row.data, `sign-in ${state_hash}`);
      return data ? (JSON.parse(data) as Pending) : null;
    },
  };
}
