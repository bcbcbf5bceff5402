import { isPurpose, type PurposeText } from '#contract/purposes.ts';
import { ATTEMPT_MS, attemptId } from '../../http/cookies.ts';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { consumeOnce } from '../../platform/store/consumed-tokens.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { SignInAttempt } from './provider.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/** The most attempts that a browser keeps. */
const MOST_KEPT = 8;
/** The most bytes of all their cookies together, because Node accepts only 16 kB of headers. */
const MOST_BYTES = 6_000;
/** The most characters of a return address, because browsers keep at most 4,096 bytes of a cookie. */
const LONGEST_RETURN = 1_000;

/** A sign-in attempt, with what the portal does after its callback. */
export type Pending = SignInAttempt & {
  returnTo: string;
  startedAt: number;
  /** For a step-up: the session, the purpose and the least strength. Null for a sign-in. */
  stepUp: { sessionId: string; userId: string; purpose: PurposeText; strength: number; acr: string | null } | null;
  /** Whether the sign-in ends all other sessions of the person. */
  endOthers: boolean;
  /**
   * The earliest `auth_time` that counts as a new sign-in: the attempt's start less the requested `max_age`, in ms
   * since 1970 by Okta's clock. Null if an older sign-in is accepted.
   */
  newSince: number | null;
};

export type Attempts = ReturnType<typeof createAttempts>;

/**
 * Sign-in attempts. Only the browser that began an attempt can use it, once, within 10 minutes. The attempt is sealed
 * in a cookie of that browser (ADR 0001), so its start writes nothing. The callback stores the state as consumed.
 */
export function createAttempts(store: Store, clock: Clock, sealer: Sealer) {
  const sealContext = (id: string) => `sign-in attempt ${id}`;

  /** Opens a cookie. Returns null if it is altered, belongs to another attempt, is too old, or is from the future. */
  function openAttempt(id: string, value: string): Pending | null {
    const data = sealer.open(value, sealContext(id));
    if (data === null) return null;
    const pending = JSON.parse(data) as Pending;
    const age = clock.now() - pending.startedAt;
    // An older version of the portal may have stored a purpose that no longer exists.
    if (pending.stepUp && !isPurpose(pending.stepUp.purpose)) return null;
    return age >= -SKEW_MS && age < ATTEMPT_MS ? pending : null;
  }

  return {
    /** The cookie's value for an attempt. */
    seal(pending: Pending): string {
      const returnTo = pending.returnTo.length > LONGEST_RETURN ? '/' : pending.returnTo;
      return sealer.seal(JSON.stringify({ ...pending, returnTo }), sealContext(attemptId(pending.state)));
    },

    /** Returns the attempts to drop to make room for `bytes` more: first invalid and expired ones, then the oldest. */
    excess(kept: ReadonlyMap<string, string>, bytes: number): string[] {
      const alive = [...kept]
        .map(([id, value]) => ({ id, size: value.length, at: openAttempt(id, value)?.startedAt ?? 0 }))
        .toSorted((one, other) => other.at - one.at);
      let size = bytes;
      return alive
        .filter((one, index) => (size += one.size) > MOST_BYTES || index >= MOST_KEPT - 1 || one.at === 0)
        .map(({ id }) => id);
    },

    /** Opens and consumes the attempt of a state. Null if it is another browser's, too old, or already consumed. */
    async take(state: string, value: string): Promise<Pending | null> {
      const pending = openAttempt(attemptId(state), value);
      if (pending?.state !== state) return null;
      return (await consumeOnce(store, `state ${state}`, pending.startedAt + ATTEMPT_MS)) ? pending : null;
    },
  };
}
