import { ApiError } from '#contract/errors.ts';
import type { Session, Sessions } from '../../../identity/sessions/sessions.ts';

/** In ms since 1970. */
type FrozenAt = { helpdeskServices: { frozenAt: (userId: string) => Promise<number | null> } };

/** Throws `frozen`. */
export async function assertNotFrozen({ helpdeskServices }: FrozenAt, userId: string): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null) throw new ApiError('frozen');
}

/**
 * Checks access before each piece of a long answer, because a slow reader takes hours.
 * Throws `frozen`, `signed_out` if the reader's session has ended, and `forbidden` if `mayRead` gives false.
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
