import { ApiError } from '#contract/errors.ts';
import type { Rooms } from '../context.ts';

/** Throws `frozen` for somebody whose methods nobody changes here until the desk says so. */
export async function assertNotFrozen({ acts }: Pick<Rooms, 'acts'>, userId: string): Promise<void> {
  if ((await acts.frozenAt(userId)) !== null) throw new ApiError('frozen', 'Changes to these methods are stopped until the helpdesk allows them again.');
}

/** What is read for somebody, piece by piece; breaks off with `frozen` once they are frozen. */
export async function* whileNotFrozen<T>(rooms: Pick<Rooms, 'acts'>, userId: string, pieces: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await assertNotFrozen(rooms, userId);
    yield piece;
  }
}
