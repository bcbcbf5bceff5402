import type { Handlers, Rooms } from '../context.ts';
import { openDesk } from './at-desk.ts';
import { freezePerson } from './freezing.ts';

/** Stopping changes by whoever is told that it was not them, and what a person sees of it all. */
export function freezeHandlers(rooms: Rooms): Handlers<'freezeMyself' | 'getHistory'> {
  const { acts } = rooms;
  return {
    async freezeMyself({ person, actor, endSession }) {
      // Without a desk nobody could undo it.
      openDesk(rooms);
      await freezePerson(rooms, actor, person, 'this was not me');
      endSession();
      return undefined;
    },

    async getHistory({ session }) {
      const [entries, frozenAt] = await Promise.all([
        acts.trail.historyOf(session.user_id),
        acts.frozenAt(session.user_id),
      ]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  };
}
