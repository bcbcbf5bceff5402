import { ApiError } from '#contract/errors.ts';
import type { Rooms } from '../context.ts';
import type { Session } from '../sessions/sessions.ts';

/** Throws `frozen` for somebody whose methods nobody changes here until the helpdesk says so. */
export async function assertNotFrozen(
  { helpdeskServices }: Pick<Rooms, 'helpdeskServices'>,
  userId: string,
): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null)
    throw new ApiError('frozen', 'Changes to these methods are stopped until the helpdesk allows them again.');
}

/**
 * What is read for somebody, piece by piece: a slow reader takes hours. Breaks off with `frozen` once they are frozen,
 * with `signed_out` once their session is over.
 */
export async function* whileNotFrozen<T>(
  rooms: Pick<Rooms, 'helpdeskServices' | 'sessions'>,
  { id, user_id }: Pick<Session, 'id' | 'user_id'>,
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await assertNotFrozen(rooms, user_id);
    if (!(await rooms.sessions.live(id))) throw new ApiError('signed_out', 'You are signed out.');
    yield piece;
  }
}
