import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../../platform/store/open.ts';

/**
 * Messages and pushes that one person may get in `WINDOW_MS`. Okta throttles a number and a method. This limit counts
 * per person, so that a stolen session can neither flood a phone nor tire its owner into approving (ASVS 6.6.4). Five
 * is what Okta allows to resend.
 */
const MOST = 5;
const WINDOW_MS = 5 * 60_000;

export type SendLimit = ReturnType<typeof createSendLimit>;

/**
 * Counts what was sent to each person: one row per message, written with its intent, for every endpoint and session.
 */
export function createSendLimit(store: Store, clock: Clock) {
  return {
    /**
     * Throws `sent_too_soon` with `retryAt` when this person got too much lately. What Okta certainly did not send does
     * not count. Call it under the person's lock, before the next intent is written.
     */
    async assertMaySend(userId: string): Promise<void> {
      const now = clock.now();
      const sent = await store
        .selectFrom('counted_events')
        .select('at')
        .where('kind', '=', 'send')
        .where('who', '=', userId)
        .where('at', '>', now - WINDOW_MS)
        .where('at', '<=', now)
        .orderBy('at', 'desc')
        .limit(MOST)
        .execute();
      const earliest = sent[MOST - 1];
      if (earliest) {
        const retryAt = new Date(earliest.at + WINDOW_MS).toISOString();
        throw new ApiError('sent_too_soon', { retryAt });
      }
    },
  };
}
