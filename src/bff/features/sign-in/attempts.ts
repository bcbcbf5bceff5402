import { isPurpose, type PurposeText } from '#contract/purposes.ts';
import { ATTEMPT_MS, attemptId } from '../../http/cookies.ts';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { consumeOnce } from '../../platform/store/consumed-tokens.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { SignInAttempt } from './provider.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/** For each browser. */
const MOST_KEPT = 8;
/** For all attempts' cookies together, because Node accepts only 16 kB of headers. */
const MOST_BYTES = 6_000;
/** In characters. Browsers keep at most 4,096 bytes of a cookie. */
const LONGEST_RETURN = 1_000;

export type Pending = SignInAttempt & {
  returnTo: string;
  startedAt: number;
  /** Null: a sign-in. */
  stepUp: { sessionId: string; userId: string; purpose: PurposeText; strength: number; acr: string | null } | null;
  endOthers: boolean;
  /**
   * The earliest `auth_time` of a new sign-in, in ms since 1970 by Okta's clock. Null: an older sign-in is accepted.
   */
  newSince: number | null;
};

export type Attempts = ReturnType<typeof createAttempts>;

/**
 * Only the browser that began an attempt can use it, and only once.
 * A sealed cookie holds the attempt, so that a start writes nothing (ADR 0001).
 */
export function createAttempts(store: Store, clock: Clock, sealer: Sealer) {
  const sealContext = (id: string) => `sign-in attempt ${id}`;

  function openAttempt(id: string, value: string): Pending | null {
    const data = sealer.open(value, sealContext(id));
    if (data === null) return null;
    const pending = JSON.parse(data) as Pending;
    const age = clock.now() - pending.startedAt;
    // An older version may have sealed a purpose that no longer exists.
    if (pending.stepUp && !isPurpose(pending.stepUp.purpose)) return null;
    return age >= -SKEW_MS && age < ATTEMPT_MS ? pending : null;
  }

  return {
    seal(pending: Pending): string {
      const returnTo = pending.returnTo.length > LONGEST_RETURN ? '/' : pending.returnTo;
      return sealer.seal(JSON.stringify({ ...pending, returnTo }), sealContext(attemptId(pending.state)));
    },

    /** Returns the attempts to drop to make room for `bytes` more: first the invalid ones, then the oldest. */
    excess(kept: ReadonlyMap<string, string>, bytes: number): string[] {
      const alive = [...kept]
        .map(([id, value]) => ({ id, size: value.length, at: openAttempt(id, value)?.startedAt ?? 0 }))
        .toSorted((one, other) => other.at - one.at);
      let size = bytes;
      return alive
        .filter((one, index) => (size += one.size) > MOST_BYTES || index >= MOST_KEPT - 1 || one.at === 0)
        .map(({ id }) => id);
    },

    /** Returns null if the attempt is another browser's, or too old. */
    open(state: string, value: string): Pending | null {
      const pending = openAttempt(attemptId(state), value);
      return pending?.state === state ? pending : null;
    },

    /** Returns false if the attempt was already consumed. */
    consume: ({ state, startedAt }: Pending) => consumeOnce(store, `state ${state}`, startedAt + ATTEMPT_MS),
  };
}
