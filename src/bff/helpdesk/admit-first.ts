import { ApiError } from '#contract/errors.ts';
import type { Context, Rooms } from '../context.ts';

/**
 * Lets somebody who holds nothing begin to add a method; where that is because the desk took it away, a sign-in is not
 * enough. A code given, right or wrong, is a proof in the trail. Throws as `WayBacks.admit` does.
 */
export async function admitFirst(
  { acts, audit }: Rooms,
  { session, actor, body }: Context<'enrollFactor'>,
): Promise<void> {
  const about = { event: 'user.authentication.proof', subject: session.user_id, kind: body.kind } as const;
  try {
    if (await acts.wayBacks.admit(session, body.enrollmentCode))
      await audit.event(actor, about, { outcome: 'success', reason: 'way back' });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'wrong_code')
      await audit.event(actor, about, { outcome: 'failure', reason: 'way back: wrong code' });
    throw error;
  }
}
