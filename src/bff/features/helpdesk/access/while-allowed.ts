import { ApiError } from '#contract/errors.ts';
import type { Session, Sessions } from '../../../identity/sessions/sessions.ts';
import { assertNotFrozen, type FrozenAt } from '../../../identity/users/assert-not-frozen.ts';

/** A slow reader takes hours, so access is checked before each piece. Throws `frozen`, `signed_out` or `forbidden`. */
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
