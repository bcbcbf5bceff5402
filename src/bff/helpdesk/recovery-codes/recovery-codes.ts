import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Session } from '../../sessions/sessions.ts';
import type { Store } from '../../store/open.ts';
import type { Tables } from '../../store/schema.ts';
import type { Sealer } from '../../store/secrets.ts';
import { recoveryCode } from './generated-codes.ts';

/** NIST SP 800-63B-4 (4.2.1.2) and Okta's own: a recovery code by mail is good for a day. */
const GOOD_MS = 24 * 60 * 60_000;
const TRIES = 5;

type Row = Selectable<Tables['recovery_codes']>;
export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

const required = (rule: 'needed' | 'used' | 'over') =>
  new ApiError('recovery_code_required', 'The first method after a reset needs the code that came with it.', {
    rule,
  });

/**
 * Ways back after a reset that left nothing: a code of ours, kept as an HMAC under `SESSION_SECRET`, that opens one
 * session's adding of a method and never a sign-in. Without it whoever has the password could add a method in the
 * person's place. The agent who did the reset never sees it.
 */
export function createRecoveryCodes(store: Store, clock: Clock, sealer: Sealer) {
  const context = (userId: string) => `recovery code ${userId}`;

  /** The one that is still open: nothing was added since. */
  async function openOf(userId: string): Promise<Row | null> {
    const row = await store.selectFrom('recovery_codes').selectAll().where('user_id', '=', userId).executeTakeFirst();
    if (!row) return null;
    const added = await store
      .selectFrom('audit_log')
      .select('seq')
      .where('subject', '=', userId)
      .where('seq', '>', row.outcome)
      // Written out, so that the partial index on it is used.
      .where(sql<boolean>`event = 'user.mfa.factor.activate' AND outcome = 'success'`)
      .executeTakeFirst();
    if (!added) return row;
    await store.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    return null;
  }

  return {
    /**
     * Makes one, in place of any before it.
     * @param about the audit row it comes with, and the approval whose approver is to hand it over where it can be sent
     * to nobody
     */
    async make(
      userId: string,
      about: { outcome: number; approvalId: string | null; inPerson: boolean },
      step: Store,
    ): Promise<string> {
      const code = recoveryCode();
      const row: Row = {
        user_id: userId,
        outcome: about.outcome,
        approval_id: about.approvalId,
        code_mac: sealer.mac(code, context(userId)),
        sealed: about.inPerson ? sealer.seal(code, context(userId)) : null,
        tries_left: TRIES,
        session_id: null,
        expires_at: clock.now() + GOOD_MS,
      };
      await step
        .insertInto('recovery_codes')
        .values(row)
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(row))
        .execute();
      return code;
    },

    /**
     * Lets somebody without any method begin to add one: where a reset left nothing, by its code alone. The session
     * that gave it may begin again until a method is on. To be asked under the person's lock. True when the code was
     * given now. Throws `recovery_code_required` (rule `needed`, `used`, or `over`: too old, or too many wrong ones),
     * `wrong_code` with the tries left.
     */
    async redeem({ id, user_id: userId }: Session, code: string | undefined): Promise<boolean> {
      const row = await openOf(userId);
      if (!row || row.session_id === id) return false;
      if (row.session_id !== null) throw required('used');
      if (row.tries_left <= 0 || clock.now() >= row.expires_at) throw required('over');
      if (code === undefined) throw required('needed');
      const right = sealer.matches(row.code_mac, code, context(userId));
      // One statement decides, so that of however many at once one is let in, and each miss is counted.
      const taken = await store
        .updateTable('recovery_codes')
        .set((there) => (right ? { session_id: id, sealed: null } : { tries_left: there('tries_left', '-', 1) }))
        .where('user_id', '=', userId)
        .where('code_mac', '=', row.code_mac)
        .where('session_id', 'is', null)
        .where('tries_left', '>', 0)
        .where('expires_at', '>', clock.now())
        .returning('tries_left')
        .executeTakeFirst();
      if (!taken) throw required((await openOf(userId))?.session_id ? 'used' : 'over');
      if (!right) throw new ApiError('wrong_code', 'That code is not right.', { triesLeft: taken.tries_left });
      return true;
    },

    /** Ends one: it is still asked for, and no code opens it. The helpdesk gives a new one. */
    async end(userId: string, step: Store): Promise<void> {
      await step
        .updateTable('recovery_codes')
        .set({ expires_at: clock.now(), sealed: null, session_id: null })
        .where('user_id', '=', userId)
        .execute();
    },

    /** Which of these approvals have a code that waits to be handed over. */
    async waiting(approvalIds: readonly string[]): Promise<ReadonlySet<string>> {
      if (approvalIds.length === 0) return new Set();
      const rows = await store
        .selectFrom('recovery_codes')
        .select('approval_id')
        .where('approval_id', 'in', approvalIds)
        .where('sealed', 'is not', null)
        .where('expires_at', '>', clock.now())
        .execute();
      return new Set(rows.map(({ approval_id }) => approval_id!));
    },

    /** Takes the code of an approval out, once. Null when it was shown, used or is too old. */
    async show(approvalId: string, step: Store): Promise<{ code: string; expiresAt: number } | null> {
      const row = await step
        .selectFrom('recovery_codes')
        .selectAll()
        .where('approval_id', '=', approvalId)
        .where('sealed', 'is not', null)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      if (!row) return null;
      await step.updateTable('recovery_codes').set({ sealed: null }).where('user_id', '=', row.user_id).execute();
      const code = sealer.open(row.sealed!, context(row.user_id));
      return code === null ? null : { code, expiresAt: row.expires_at };
    },
  };
}
