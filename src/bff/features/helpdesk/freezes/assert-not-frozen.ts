import { ApiError } from '#contract/errors.ts';
import type { Session, Sessions } from '../../../identity/sessions/sessions.ts';
import type { Freezes } from './freezes.ts';

/** Throws `frozen` for a person whose methods nobody can change until the helpdesk unfreezes them. */
export async function assertNotFrozen(
  { helpdeskServices }: { helpdeskServices: { frozenAt: Freezes['since'] } },
  userId: string,
): Promise<void> {
  if ((await helpdeskServices.frozenAt(userId)) !== null) throw new ApiError('frozen');
}

/**
 * Yields the pieces that a person reads; a slow reader takes hours. Throws `frozen` once the person is frozen, and
 * `signed_out` once their session has ended.
 */
export async function* whileNotFrozen<T>(
  services: { helpdeskServices: { frozenAt: Freezes['since'] }; sessions: Sessions },
  { id, user_id }: Pick<Session, 'id' | 'user_id'>,
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await assertNotFrozen(services, user_id);
    if (!(await services.sessions.live(id))) throw new ApiError('signed_out');
    yield piece;
  }
}
