import { ApiError } from '#contract/errors.ts';
import type { Handlers, Rooms } from '../context.ts';
import { atDesk, openDesk } from './at-desk.ts';
import { freezePerson, owedFreezeNotice } from './freezing.ts';

class NotFrozen extends Error {}

/** Stopping changes by whoever is told that it was not them, allowing them again by the desk, and what a person sees of it all. */
export function freezeHandlers(rooms: Rooms): Handlers<'freezeMyself' | 'unfreeze' | 'getHistory'> {
  const { acts, audit } = rooms;
  return {
    async freezeMyself({ person, actor, endSession }) {
      // Without a desk nobody could undo it.
      openDesk(rooms);
      await freezePerson(rooms, actor, person, 'this was not me');
      endSession();
      return undefined;
    },

    async unfreeze(context) {
      const { params, actor } = context;
      const { target } = await atDesk(rooms, context, params.userId, 'unfreeze', true);
      await acts.names.note(target.person);
      const notice = owedFreezeNotice(rooms, 'unfrozen', target.person);
      await audit
        .event(actor, { event: 'user.account.unfreeze', subject: params.userId }, { outcome: 'success' }, async (step, seq) => {
          if (!(await acts.freezes.unfreeze(params.userId, step))) throw new NotFrozen();
          await notice(step, seq);
        })
        .catch((error: unknown) => {
          throw error instanceof NotFrozen ? new ApiError('conflict', 'Nothing is stopped there.') : error;
        });
      void rooms.outbox.flush();
      return undefined;
    },

    async getHistory({ session }) {
      const [entries, frozenAt] = await Promise.all([acts.trail.historyOf(session.user_id), acts.frozenAt(session.user_id)]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  };
}
