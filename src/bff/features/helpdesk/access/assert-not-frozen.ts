import { ApiError } from '#contract/errors.ts';
import type { Session, Sessions } from '../../../identity/sessions/sessions.ts';

/** Returns when a person was frozen (milliseconds), or null. */
type FrozenAt = { helpdeskServices: { frozenAt: (userId: string) => Promise<number | null> } };

/** Throws `frozen` for a person whose methods nobody can change until the helpdesk unfreezes them. */
export async function assertNotFrozen({ helpdeskServices }: FrozenAt, userId: string): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null) throw new ApiError('frozen');
}

/**
 * Yields the pieces that a person reads; a slow reader takes hours. Throws `frozen` once the person is frozen,
 * `signed_out` once their session has ended, and `forbidden` once they may not read any more.
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
