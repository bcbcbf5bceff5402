import type { Handlers, Services } from '../../context.ts';
import { requireHelpdesk } from '../access/authorize-operation.ts';
import { freezePerson } from './freeze-person.ts';

/** Stopping changes by whoever is told that it was not them, and what a person sees of it all. */
export function freezeHandlers(services: Services): Handlers<'freezeMyself' | 'getSecurityHistory'> {
  const { helpdeskServices } = services;
  return {
    async freezeMyself({ person, actor, endSession }) {
      // Without a helpdesk nobody could undo it.
      requireHelpdesk(services);
      await freezePerson(services, actor, person, 'this was not me');
      endSession();
      return undefined;
    },

    async getSecurityHistory({ session }) {
      const [entries, frozenAt] = await Promise.all([
        helpdeskServices.auditReader.historyOf(session.user_id),
        helpdeskServices.frozenAt(session.user_id),
      ]);
      return { entries, frozenAt: frozenAt === null ? null : new Date(frozenAt).toISOString() };
    },
  };
}
