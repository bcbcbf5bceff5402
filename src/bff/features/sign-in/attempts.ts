import { isPurpose, type PurposeText } from '#contract/purposes.ts';
import { ATTEMPT_MS, attemptId } from '../../http/cookies.ts';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { consumeOnce } from '../../platform/store/consumed-tokens.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { SignInAttempt } from './provider.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/** Per browser. */
const MOST_KEPT = 8;
/** Of all attempts' cookies together. Node accepts only 16 kB of headers. */
const MOST_BYTES = 6_000;
/** In characters. Browsers keep at most 4,096 bytes of a cookie. */
const LONGEST_RETURN = 1_000;

/** A sign-in attempt, and what follows its callback. */
export type Pending = SignInAttempt & {
  returnTo: string;
  startedAt: number;
  /** Null for a sign-in. */
  stepUp: { sessionId: string; userId: string; purpose: PurposeText; strength: number; acr: string | null } | null;
  /** Whether the sign-in ends the person's other sessions. */
  endOthers: boolean;
  /**
   * The earliest `auth_time` of a new sign-in, in ms since 1970 by Okta's clock. Null if an older sign-in is accepted.
   */
  newSince: number | null;
};

export type Attempts = ReturnType<typeof createAttempts>;

/**
 * Only the browser that began an attempt can use it, once, within 10 minutes.
 * A sealed cookie holds the attempt (ADR 0001), so its start writes nothing.
 */
export function createAttempts(store: Store, clock: Clock, sealer: Sealer) {
  const sealContext = (id: string) => `sign-in attempt ${id}`;

  /** Null if the cookie is altered, of another attempt, too old, or from the future. */
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

    /** Returns the attempts to drop to make room for `bytes` more: invalid ones, then the oldest. */
    excess(kept: ReadonlyMap<string, string>, bytes: number): string[] {
      const alive = [...kept]
        .map(([id, value]) => ({ id, size: value.length, at: openAttempt(id, value)?.startedAt ?? 0 }))
        .toSorted((one, other) => other.at - one.at);
      let size = bytes;
      return alive
        .filter((one, index) => (size += one.size) > MOST_BYTES || index >= MOST_KEPT - 1 || one.at === 0)
        .map(({ id }) => id);
    },

    /** Null if the attempt is another browser's, too old, or already consumed. */
    async take(state: string, value: string): Promise<Pending | null> {
      const pending = openAttempt(attemptId(state), value);
      if (pending?.state !== state) return null;
      return (await consumeOnce(store, `state ${state}`, pending.startedAt + ATTEMPT_MS)) ? pending : null;
    },
  };
}
