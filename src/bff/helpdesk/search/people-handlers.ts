import type { Handlers, Services } from '../../context.ts';
import { authorizeOperation, requireHelpdesk } from '../access/authorize-operation.ts';
import { viewPerson } from './person-view.ts';
import { sortOf } from './query.ts';

/** Finding people, and seeing one. */
export function peopleHandlers(services: Services): Handlers<'searchPeople' | 'getPerson'> {
  const { auditLog } = services;
  return {
    async searchPeople({ session, actor, query: { q } }) {
      const helpdesk = requireHelpdesk(services);
      const found = await helpdesk.search(await helpdesk.staffOf(session.user_id, false), q);
      // What was typed stays out of the audit log: it may be a whole number, or a secret pasted into the wrong field.
      const reason = `${sortOf(q)} of ${q.length} characters: ${found.people.length} shown${found.limited ? ', limited' : ''}`;
      await auditLog.event(actor, { event: 'helpdesk.person.search', subject: null }, { outcome: 'success', reason });
      return found;
    },

    async getPerson(context) {
      const authorized = await authorizeOperation(services, context, context.params.userId, 'view', false);
      const view = await viewPerson(services, context, authorized);
      await auditLog.event(
        context.actor,
        { event: 'helpdesk.person.view', subject: authorized.target.person.id },
        { outcome: 'success' },
      );
      return view;
    },
  };
}
