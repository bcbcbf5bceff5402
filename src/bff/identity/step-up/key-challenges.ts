import { parsePurpose, type PurposeText } from '#contract/purposes.ts';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Session } from '../sessions/sessions.ts';
import type { Store } from '../../platform/store/open.ts';
import { hashOf } from '../../platform/store/secrets.ts';

/** As long as Okta accepts an answer. */
const KEPT_MS = 5 * 60_000;

export type KeyChallenges = ReturnType<typeof createKeyChallenges>;

/** Whether a touch for this purpose confirms one plan, so that it must answer a challenge made for it. */
export const confirmsPlan = (purpose: PurposeText | undefined): boolean =>
  purpose !== undefined && parsePurpose(purpose)?.name === 'reset';

/** Returns the challenge that a browser says was signed; null for anything else. Okta checks the signature over it. */
function challengeIn(clientData: string): string | null {
  try {
    const read = JSON.parse(Buffer.from(clientData, 'base64').toString()) as { challenge?: unknown } | null;
    return typeof read?.challenge === 'string' ? read.challenge : null;
  } catch {
    return null;
  }
}

/**
 * Creates the store of challenges that confirm a plan. Okta chooses a challenge, so it cannot contain the plan's hash:
 * the store binds them (ADR 0048). Each challenge is answered once, for its own purpose.
 */
export function createKeyChallenges(store: Store, clock: Clock) {
  return {
    async keep(session: Session, factorId: string, purpose: PurposeText, challenge: string): Promise<void> {
      const row = { session_id: session.id, factor_id: factorId, purpose, expires_at: clock.now() + KEPT_MS };
      await store
        .insertInto('key_challenges')
        .values({ id: hashOf(challenge), ...row })
        .execute();
    },

    /**
     * Uses up the challenge of an answer, before Okta reads it. Throws `conflict` for a plan's challenge that was
     * answered before, for another purpose, session or key, or too late; and for any other that should confirm a plan.
     */
    async use(session: Session, factorId: string, purpose: PurposeText | undefined, clientData: string): Promise<void> {
      const challenge = challengeIn(clientData);
      const row =
        challenge === null
          ? undefined
          : await store
              .deleteFrom('key_challenges')
              .where('id', '=', hashOf(challenge))
              .returningAll()
              .executeTakeFirst();
      if (!row && !confirmsPlan(purpose)) return;
      const isRight =
        row?.session_id === session.id &&
        row.factor_id === factorId &&
        row.purpose === purpose &&
        row.expires_at > clock.now();
      if (!isRight) throw ApiError.withRule('conflict', 'touch');
    },
  };
}
