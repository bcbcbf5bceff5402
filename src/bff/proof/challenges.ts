import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';

/**
 * Messages and pushes that may go out for one person in `WINDOW_MS`. Okta throttles a number and a method; this counts the person, so
 * that whoever has a session can neither fill somebody's phone nor tire them into approving (ASVS 6.6.4). Five is what Okta allows to resend.
 */
const MOST = 5;
const WINDOW_MS = 5 * 60_000;

const sends = ['user.mfa.factor.challenge', 'user.mfa.factor.resend', 'user.mfa.factor.send_link', 'helpdesk.caller.challenge'];
/** Kinds whose enrollment sends something. */
const spoken = ['sms', 'call', 'email'];

export type Challenges = ReturnType<typeof createChallenges>;

/** How much was sent to whom. The trail is the count: it knows every route and session, and outlives a restart. */
export function createChallenges(store: Store, clock: Clock) {
  let after = 0;
  return {
    /** Demo and tests: the org began anew, and nobody's phone remembers what it got before. */
    async forget(): Promise<void> {
      ({ seq: after } = await store.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow());
    },

    /**
     * Throws `sent_too_soon` with `retryAt` when too much went to this person lately. What the org certainly did not send is not counted.
     * To be asked under the person's lock, before the intent of the next one is written.
     */
    async assertMaySend(userId: string): Promise<void> {
      const now = clock.now();
      const sent = await store
        .selectFrom('audit as sent')
        .select('at')
        .where('type', '=', 'intent')
        .where('subject', '=', userId)
        .where('seq', '>', after)
        .where('at', '>', now - WINDOW_MS)
        .where('at', '<=', now)
        .where(({ or, and, eb }) => or([eb('event', 'in', sends), and([eb('event', '=', 'user.mfa.factor.enroll'), eb('kind', 'in', spoken)])]))
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('audit as end').select('end.seq').whereRef('end.intent', '=', 'sent.seq').where('end.outcome', '=', 'failure'))),
        )
        .orderBy('seq', 'desc')
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
