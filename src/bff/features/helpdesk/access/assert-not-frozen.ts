import { ApiError } from '#contract/errors.ts';
import type { Session, Sessions } from '../../../identity/sessions/sessions.ts';

/** Returns when a person was frozen (ms since 1970), or null. */
type FrozenAt = { helpdeskServices: { frozenAt: (userId: string) => Promise<number | null> } };

/** Throws `frozen` if the person is frozen. Only the helpdesk can unfreeze them. */
export async function assertNotFrozen({ helpdeskServices }: FrozenAt, userId: string): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null) throw new ApiError('frozen');
}

/**
 * Yields the pieces of a long answer, and checks access before each piece, because a slow reader takes hours. Throws
 * `frozen` if the reader is frozen, `signed_out` if their session has ended, and `forbidden` if `mayRead` gives false.
 */
export async function* whileAllowed<T>(
  services: FrozenAt & { sessions: Sessions },
  { id, user_id }: Pick<Session, 'id' | 'user_id'>,
  mayRead: () => Promise<boolean>,
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await assertNotFrozen(services, user_id);
    if (!(await services.sessions.live(id))) throw new ApiError('signed_out');
    if (!(await mayRead())) throw new ApiError('forbidden');
    yield piece;
  }
}
