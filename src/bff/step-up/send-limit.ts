import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';

/**
 * Messages and pushes that may go out for one person in `WINDOW_MS`. Okta throttles a number and a method; this counts
 * the person, so that whoever has a session can neither fill somebody's phone nor tire them into approving (ASVS
 * 6.6.4). Five is what Okta allows to resend.
 */
const MOST = 5;
const WINDOW_MS = 5 * 60_000;

export type SendLimit = ReturnType<typeof createSendLimit>;

/**
 * How much was sent to whom: a row of its own for each, written with the intent, whatever route and session it came by.
 */
export function createSendLimit(store: Store, clock: Clock) {
  return {
    /** Demo and tests: the org began anew, and nobody's phone remembers what it got before. */
    async forget(): Promise<void> {
      await store.deleteFrom('counted_events').where('kind', '=', 'send').execute();
    },

    /**
     * Throws `sent_too_soon` with `retryAt` when too much went to this person lately. What the org certainly did not
     * send is not counted. To be asked under the person's lock, before the intent of the next one is written.
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
        throw new ApiError('sent_too_soon', 'Too many messages were asked for.', { retryAt });
      }
    },
  };
}
