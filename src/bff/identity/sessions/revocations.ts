import { lockPeople } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/** How far the time of a sign-in may be off, in ms: Okta gives whole seconds, and the clock skew adds half of one. */
const FRACTION_MS = 1500;

export class SignInTooOld extends Error {
  override readonly name = 'SignInTooOld';
}

/** Without this, an unused authorization code or Okta's session could start a new session (ADR 0001). */
export async function refuseEarlierSignIns(userId: string, now: number, tx: Store): Promise<void> {
  // A concurrent sign-in that found no revocation holds this lock until its session is stored.
  await lockPeople(tx, userId);
  await upsert(tx, 'session_revocations', ['user_id'], { user_id: userId, at: now });
}

/** `except`: the id of a session that stays. Returns whether any session ended. */
export async function endSessions(userId: string, now: number, tx: Store, except?: string): Promise<boolean> {
  await refuseEarlierSignIns(userId, now, tx);
  let query = tx.deleteFrom('sessions').where('user_id', '=', userId);
  if (except !== undefined) query = query.where('id', '!=', except);
  return (await query.executeTakeFirst()).numDeletedRows > 0n;
}

/** Throws a SignInTooOld. `at` is Okta's `auth_time`, `begun` is when the attempt began, both in ms since 1970. */
export async function assertSignedInSince(
  userId: string,
  signIn: { at: number; begun: number },
  now: number,
  tx: Store,
): Promise<void> {
  await lockPeople(tx, userId);
  const revocation = await tx
    .selectFrom('session_revocations')
    .select('at')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!revocation || revocation.at > now + SKEW_MS) return;
  if (signIn.begun < revocation.at || signIn.at + FRACTION_MS <= revocation.at)
    throw new SignInTooOld('their sessions were ended since');
}
