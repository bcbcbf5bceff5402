import { isPurpose, type PurposeText } from '#contract/purposes.ts';
import { ATTEMPT_MS, attemptId } from '../../http/cookies.ts';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { consumeOnce } from '../../platform/store/consumed-tokens.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { SignInAttempt } from './provider.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/** Attempts that one browser keeps, and the bytes of their cookies together: Node accepts 16 kB of headers in all. */
const MOST_KEPT = 8;
const MOST_BYTES = 6_000;
/** Longer return addresses are dropped, so that no cookie comes near the 4,096 bytes that a browser keeps. */
const LONGEST_RETURN = 1_000;

/** What a sign-in attempt does after its callback. */
export type Pending = SignInAttempt & {
  returnTo: string;
  startedAt: number;
  /** Set for a step-up: for this session, this purpose, and at least this strong. */
  stepUp: { sessionId: string; userId: string; purpose: PurposeText; strength: number; acr: string | null } | null;
  /** Whether the sign-in ends all other sessions of the person. */
  endOthers: boolean;
  /**
   * When the attempt began, less the `max_age` that Okta was asked for, in milliseconds of Okta's clock; null if any
   * earlier sign-in will do.
   */
  newSince: number | null;
};

export type Attempts = ReturnType<typeof createAttempts>;

/**
 * Sign-in attempts, each used once, only by the browser that began it, for 10 minutes. An attempt lives sealed in that
 * browser's cookie (ADR 0001): starting one writes nothing, and the callback writes that its state is consumed.
 */
export function createAttempts(store: Store, clock: Clock, sealer: Sealer) {
  const sealContext = (id: string) => `sign-in attempt ${id}`;

  /** Opens a cookie; null for one that is altered, another attempt's, too old, or from the future. */
  function openAttempt(id: string, value: string): Pending | null {
    const data = sealer.open(value, sealContext(id));
    if (data === null) return null;
    const pending = JSON.parse(data) as Pending;
    const age = clock.now() - pending.startedAt;
    // An older version of the portal may have had other purposes.
    if (pending.stepUp && !isPurpose(pending.stepUp.purpose)) return null;
    return age >= -SKEW_MS && age < ATTEMPT_MS ? pending : null;
  }

  return {
    /** The cookie's value for an attempt. */
    seal(pending: Pending): string {
      const returnTo = pending.returnTo.length > LONGEST_RETURN ? '/' : pending.returnTo;
      return sealer.seal(JSON.stringify({ ...pending, returnTo }), sealContext(attemptId(pending.state)));
    },

    /** Returns the attempts to drop so that one more of `bytes` has room: invalid and expired ones, then the oldest. */
    excess(kept: ReadonlyMap<string, string>, bytes: number): string[] {
      const alive = [...kept]
        .map(([id, value]) => ({ id, size: value.length, at: openAttempt(id, value)?.startedAt ?? 0 }))
        .toSorted((one, other) => other.at - one.at);
      let size = bytes;
      return alive
        .filter((one, index) => (size += one.size) > MOST_BYTES || index >= MOST_KEPT - 1 || one.at === 0)
        .map(({ id }) => id);
    },

    /**
     * Opens the attempt of a state and consumes it. Null when it is not this browser's, too old, or already consumed.
     */
    async take(state: string, value: string): Promise<Pending | null> {
      const pending = openAttempt(attemptId(state), value);
      if (pending?.state !== state) return null;
      return (await consumeOnce(store, `state ${state}`, pending.startedAt + ATTEMPT_MS)) ? pending : null;
    },
  };
}
