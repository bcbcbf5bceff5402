import { lockPeople } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { SKEW_MS } from '../../platform/store/store-time.ts';

/**
 * How wrong the time of a sign-in may be, in ms: Okta gives whole seconds, and the portal knows the skew of Okta's
 * clock to within half a second.
 */
const FRACTION_MS = 1500;

/** Thrown if the person signed in at Okta before the portal ended all their sessions. */
export class SignInTooOld extends Error {
  override readonly name = 'SignInTooOld';
}

/**
 * Stores that no sign-in of the person before `now` (ms) may start a session. Otherwise an unused authorization code,
 * or the session at Okta, could start one (ADR 0001).
 */
export async function refuseEarlierSignIns(userId: string, now: number, tx: Store): Promise<void> {
  // Waits for a concurrent sign-in that found no revocation: it holds this lock until its session is stored.
  await lockPeople(tx, userId);
  await upsert(tx, 'session_revocations', ['user_id'], { user_id: userId, at: now });
}

/**
 * Ends all sessions of a person, and refuses earlier sign-ins, in one transaction.
 * @param except the id of a session that stays
 * @returns whether any session ended
 */
export async function endSessions(userId: string, now: number, tx: Store, except?: string): Promise<boolean> {
  await refuseEarlierSignIns(userId, now, tx);
  let query = tx.deleteFrom('sessions').where('user_id', '=', userId);
  if (except !== undefined) query = query.where('id', '!=', except);
  return (await query.executeTakeFirst()).numDeletedRows > 0n;
}

/**
 * Throws a SignInTooOld if the person's sessions were ended after they signed in at Okta, or after the attempt began.
 * Call it in the transaction that starts their session.
 * @param signIn `at`: the `auth_time`; `begun`: when the attempt began; both in ms since 1970 by the portal's clock
 */
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
