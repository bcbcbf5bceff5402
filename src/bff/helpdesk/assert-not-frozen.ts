import { ApiError } from '#contract/errors.ts';
import type { Rooms } from '../context.ts';

/** Throws `frozen` for somebody whose methods nobody changes here until the desk says so. */
export async function assertNotFrozen({ acts }: Pick<Rooms, 'acts'>, userId: string): Promise<void> {
  if ((await acts.frozenAt(userId)) !== null) throw new ApiError('frozen', 'Changes to these methods are stopped until the helpdesk allows them again.');
}
