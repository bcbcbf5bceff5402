import { sql, type Selectable } from 'kysely';
import type { Clock } from '#clock';
import { claimNext } from '#database/row-locks.ts';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** After so many refusals in a row an operator must look: the token or service app may lack a permission. */
const ALARM_AT = 3;
/** How long one replica alone asks Okta for a reset, in milliseconds: longer than a call lasts. */
const CLAIM_MS = 30_000;
/** The most revocations in one run, so that a long list does not delay other work. */
const AT_ONCE = 50;

type Parts = { store: Store; clock: Clock; okta: OktaClient; alarms: Pick<Alarms, 'raise'> };

/**
 * Creates the revocations, which end people's sessions at Okta after a reset. After a refusal, the portal tries again
 * after 1, 2, 4 … minutes, at least once a day (table `resets`). No answer is not a refusal: the next run tries again.
 */
export function createRevocations({ store, clock, okta, alarms }: Parts) {
  /** Returns `done` when Okta ended the sessions, or does not know the person. */
  async function ask(userId: string): Promise<'done' | 'refused' | 'no answer'> {
    try {
      await okta.sessions.revokeUserSessions({ userId, oauthTokens: true });
      return 'done';
    } catch (error) {
      const status = error instanceof OktaError ? error.status : null;
      if (status === 404) return 'done';
      return status === null || status === 429 ? 'no answer' : 'refused';
    }
  }

  /** Revokes the sessions of one completed reset. The third refusal raises an alarm. */
  async function revoke(id: string, userId: string): Promise<void> {
    const answer = await ask(userId);
    if (answer === 'done') await store.deleteFrom('resets').where('id', '=', id).execute();
    if (answer !== 'refused') return;
    await changeStore(store, async (tx) => {
      const counted = await tx
        .updateTable('resets')
        .set(({ eb }) => ({ refusals: eb('refusals', '+', 1) }))
        .where('id', '=', id)
        .returning('refusals')
        .executeTakeFirst();
      if (!counted) return;
      const { refusals } = counted;
      const revoke_at = clock.now() + Math.min(DAY_MS, MINUTE_MS * 2 ** Math.min(refusals - 1, 20));
      await tx.updateTable('resets').set({ revoke_at }).where('id', '=', id).execute();
      if (refusals === ALARM_AT)
        await alarms.raise(tx, { name: 'revocation_refused', subject: userId, details: { refusals } });
    });
  }

  return {
    revoke,

    /** Revokes the sessions that are due. */
    async revokePending(): Promise<void> {
      for (let done = 0; done < AT_ONCE; done += 1) {
        const now = clock.now();
        const due = sql`done_at IS NOT NULL AND revoke_at <= ${now}`;
        const claim = { table: 'resets', column: 'revoke_at', due, until: now + CLAIM_MS };
        const claimed = await claimNext<Selectable<Tables['resets']>>(store, claim);
        if (!claimed) return;
        await revoke(claimed.id, claimed.user_id);
      }
    },
  };
}
