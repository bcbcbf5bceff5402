import type { Store } from '../store/open.ts';

/**
 * How long a sign-in from before the end is refused. Longer than a session, an attempt and a code together; Okta's own
 * session may last longer.
 */
const KEPT_MS = 24 * 60 * 60_000;
/** A sign-in's time has no fractions. */
const FRACTION_MS = 1000;
/** A moment further ahead than two portals' clocks may differ is from before the clock was set back. */
const SKEW_MS = 60_000;

/** Thrown for a sign-in at the org from before all sessions of that person were ended. */
export class SignInTooOld extends Error {
  override readonly name = 'SignInTooOld';
}

/**
 * Ends all sessions of a person, and notes the moment in the same step, so that no sign-in from before it begins
 * another: a code of the org's that somebody holds back, or a session at the org that nobody ended (ADR 0022).
 * @param now milliseconds of the clock
 * @param except the id of a session that stays
 */
export async function endSessionsOf(userId: string, now: number, step: Store, except?: string): Promise<void> {
  await step
    .deleteFrom('session_revocations')
    .where('at', '<=', now - KEPT_MS)
    .execute();
  await step
    .insertInto('session_revocations')
    .values({ user_id: userId, at: now })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ at: now }))
    .execute();
  let query = step.deleteFrom('sessions').where('user_id', '=', userId);
  if (except !== undefined) query = query.where('id', '!=', except);
  await query.execute();
}

/**
 * Throws a SignInTooOld where somebody's sessions were ended since they signed in at the org, or since the attempt
 * began. In the transaction that begins their session.
 * @param signIn `at`: its `auth_time`; `begun`: when the attempt began. Milliseconds of our clock.
 */
export async function assertSignedInSince(
  userId: string,
  signIn: { at: number; begun: number },
  now: number,
  step: Store,
): Promise<void> {
  const revocation = await step
    .selectFrom('session_revocations')
    .select('at')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!revocation || revocation.at > now + SKEW_MS) return;
  if (signIn.begun < revocation.at || signIn.at + FRACTION_MS <= revocation.at)
    throw new SignInTooOld('their sessions were ended since');
}
